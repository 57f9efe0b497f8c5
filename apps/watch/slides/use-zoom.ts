/** Zoom of a slide: pinch and drag by fingers, double tap, Ctrl + wheel, + − 0 keys of whoever calls. */
import { type RefObject, useEffect, useRef, useState } from 'react';

export type Zoom = { readonly scale: number; readonly x: number; readonly y: number };
const whole: Zoom = { scale: 1, x: 0, y: 0 };
const most = 5;
/** Ms between two taps, and pixels a tap may wander. */
const doubleTap = 300;
const still = 12;

/** Keeps the point under the fingers where it is, and the page over the box. `x`, `y`: pixels the page's middle is moved. */
export function zoomAround(
  zoom: Zoom,
  scale: number,
  at: { x: number; y: number },
  box: DOMRectReadOnly,
): Zoom {
  const next = Math.min(most, Math.max(1, scale));
  const cx = at.x - box.left - box.width / 2;
  const cy = at.y - box.top - box.height / 2;
  const factor = next / zoom.scale;
  return within({ scale: next, x: cx - (cx - zoom.x) * factor, y: cy - (cy - zoom.y) * factor }, box);
}

export function within(zoom: Zoom, box: Pick<DOMRectReadOnly, 'width' | 'height'>): Zoom {
  const reachX = (box.width * (zoom.scale - 1)) / 2;
  const reachY = (box.height * (zoom.scale - 1)) / 2;
  const clamp = (value: number, reach: number) => Math.min(reach, Math.max(-reach, value)) || 0;
  return { scale: zoom.scale, x: clamp(zoom.x, reachX), y: clamp(zoom.y, reachY) };
}

type Finger = { x: number; y: number };

export function useZoom(
  box: RefObject<HTMLElement | null>,
  enabled: boolean,
): { zoom: Zoom; reset(): void; by(factor: number): void } {
  const [zoom, setZoom] = useState(whole);
  const newest = useRef(zoom);
  newest.current = zoom;
  useEffect(() => {
    const element = box.current;
    if (!element || !enabled) return;
    const closing = new AbortController();
    const { signal } = closing;
    const fingers = new Map<number, Finger>();
    let tapAt = 0;
    let wandered = 0;
    const rect = () => element.getBoundingClientRect();
    const set = (next: Zoom) => {
      newest.current = next;
      setZoom(next);
    };
    const onDown = (event: PointerEvent) => {
      if (event.pointerType === 'mouse' && newest.current.scale === 1) return;
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (fingers.size === 1) wandered = 0;
      if (fingers.size > 1) element.setPointerCapture(event.pointerId);
    };
    const onMove = (event: PointerEvent) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const now = { x: event.clientX, y: event.clientY };
      wandered += Math.hypot(now.x - before.x, now.y - before.y);
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      fingers.set(event.pointerId, now);
      // A drag by now. Not before: a tap belongs to the link it is on.
      if (newest.current.scale > 1 && wandered > still) element.setPointerCapture(event.pointerId);
      const { current } = newest;
      if (other) {
        const ratio =
          Math.hypot(now.x - other.x, now.y - other.y) /
          Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
        const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
        set(zoomAround(current, current.scale * ratio, middle, rect()));
      } else if (current.scale > 1) {
        set(within({ ...current, x: current.x + now.x - before.x, y: current.y + now.y - before.y }, rect()));
      }
    };
    const onUp = (event: PointerEvent) => {
      const alone = fingers.size === 1;
      if (!fingers.delete(event.pointerId) || !alone || event.pointerType === 'mouse' || wandered > still)
        return;
      if (event.timeStamp - tapAt < doubleTap) {
        const to = newest.current.scale > 1.05 ? 1 : 2.5;
        set(to === 1 ? whole : zoomAround(whole, to, { x: event.clientX, y: event.clientY }, rect()));
        tapAt = 0;
      } else tapAt = event.timeStamp;
    };
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const at = { x: event.clientX, y: event.clientY };
      set(zoomAround(newest.current, newest.current.scale * Math.exp(-event.deltaY / 200), at, rect()));
    };
    element.addEventListener('pointerdown', onDown, { signal });
    element.addEventListener('pointermove', onMove, { signal });
    element.addEventListener('pointerup', onUp, { signal });
    element.addEventListener('pointercancel', (event) => fingers.delete(event.pointerId), { signal });
    element.addEventListener('wheel', onWheel, { signal, passive: false });
    return () => closing.abort();
  }, [box, enabled]);
  return {
    zoom,
    reset: () => setZoom(whole),
    by: (factor) => {
      const rect = box.current?.getBoundingClientRect();
      if (!rect) return;
      const middle = { x: rect.left + rect.width / 2, y: rect.top + rect.height / 2 };
      setZoom(zoomAround(newest.current, newest.current.scale * factor, middle, rect));
    },
  };
}
