/** A pointer (mouse, pen, finger) that holds a block: from the press to the drop, with scrolling at the edges; Escape gives up. */
import {
  type PointerEvent as ReactPointerEvent,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
} from 'react';
import type { Arrangement } from '#contracts/conference.ts';
import type { Talk } from '#contracts/talk.ts';
import { arranged, type Bounds, movables, movedIds, resized, shifted, snappedBy } from './arranging.ts';
import { clashesOf } from './clashes.ts';
import type { Programme } from './day-layout.ts';
import type { DragStore } from './drag.ts';
import { type Axis, atOf, minuteMs, snapped, yOf } from './time-axis.ts';

/** Less than this is a click, px. */
const threshold = 4;
/** So near the edge the grid scrolls, px; and so far a frame. */
const edge = 36;
const step = 14;
/** Of a talk that has none, minutes. */
export const usualMinutes = 20;

export type DragMode = 'move' | 'resize' | 'schedule';
/** The grid as it is now: asked at every move, for it changes while something is held. */
export type DragGround = {
  readonly programme: Programme;
  readonly axis: Axis;
  readonly columnWidth: number;
  readonly bounds: Bounds;
  readonly chosen: ReadonlySet<string>;
  clock(at: number): string;
};
type DragOptions = {
  readonly store: DragStore;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly body: RefObject<HTMLElement | null>;
  ground(): DragGround;
  /** The grid is told once when a drag begins, and once when it ends. */
  onHeld(held: boolean): void;
  onDrop(arrangement: Arrangement, held: string): void;
  /** What is held was changed by someone else meanwhile. */
  onGone(): void;
};
type Held = {
  readonly id: string;
  readonly mode: DragMode;
  readonly ids: ReadonlySet<string>;
  readonly x: number;
  readonly y: number;
  /** Where in the grid it was taken. */
  readonly taken: { readonly column: number; readonly at: number; readonly start: number };
  readonly before: string;
};

export function useDrag(options: DragOptions) {
  const latest = useRef(options);
  latest.current = options;
  const ending = useRef<(() => void) | undefined>(undefined);
  /** A click that ends a drag is none. */
  const dragged = useRef(false);
  useEffect(() => () => ending.current?.(), []);

  const hold = useCallback((event: ReactPointerEvent, id: string, mode: DragMode) => {
    ending.current?.();
    dragged.current = false;
    const { ground, scroller, body, store } = latest.current;
    const { programme, chosen } = ground();
    const thing = thingOf(programme, id);
    if (!thing || !body.current) return;
    const at = pointOf(event, body.current, ground());
    const held: Held = {
      ...{ id, mode, x: event.clientX, y: event.clientY, before: placeText(programme, id) },
      ids: mode === 'move' && chosen.has(id) ? chosen : new Set([id]),
      taken: { ...at, start: thing.plannedStart ?? 0 },
    };
    let last: { clientX: number; clientY: number } = event;
    let moving = false;
    // Held from outside, nothing scrolls on the way in.
    let entered = mode !== 'schedule';
    let frame = 0;
    let key = '';

    const follow = () => {
      const now = latest.current.ground();
      const target = body.current && targetOf(held, last, body.current, now);
      const next = JSON.stringify(target ?? null);
      if (next === key) return;
      key = next;
      store.set(dragOf(held, target ?? undefined, now));
    };
    const scroll = () => {
      const box = scroller.current?.getBoundingClientRect();
      entered ||= box !== undefined && within(box, last);
      if (box && scroller.current && entered) {
        const dx = last.clientX < box.left + edge ? -step : last.clientX > box.right - edge ? step : 0;
        const dy = last.clientY < box.top + edge ? -step : last.clientY > box.bottom - edge ? step : 0;
        if (dx !== 0 || dy !== 0) {
          scroller.current.scrollBy(held.mode === 'resize' ? 0 : dx, dy);
          follow();
        }
      }
      frame = requestAnimationFrame(scroll);
    };
    const move = (moved: PointerEvent) => {
      if (moved.pointerId !== event.pointerId) return;
      last = moved;
      if (!moving) {
        if (Math.hypot(moved.clientX - held.x, moved.clientY - held.y) < threshold) return;
        moving = true;
        dragged.current = true;
        latest.current.onHeld(true);
        frame = requestAnimationFrame(scroll);
      }
      follow();
    };
    const end = () => {
      cancelAnimationFrame(frame);
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', drop);
      removeEventListener('pointercancel', end);
      removeEventListener('keydown', giveUp, true);
      ending.current = undefined;
      store.set(undefined);
      if (moving) latest.current.onHeld(false);
    };
    const drop = (up: PointerEvent) => {
      if (up.pointerId !== event.pointerId) return;
      const arrangement = moving ? store.get()?.arrangement : undefined;
      end();
      if (!arrangement) return;
      if (placeText(latest.current.ground().programme, id) === held.before)
        latest.current.onDrop(arrangement, id);
      else latest.current.onGone();
    };
    const giveUp = (pressed: KeyboardEvent) => {
      if (pressed.key !== 'Escape') return;
      pressed.preventDefault();
      pressed.stopPropagation();
      end();
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', drop);
    addEventListener('pointercancel', end);
    addEventListener('keydown', giveUp, true);
    ending.current = end;
  }, []);
  return { hold, dragged };
}

const within = (box: DOMRect, { clientX, clientY }: { readonly clientX: number; readonly clientY: number }) =>
  clientX > box.left + edge &&
  clientX < box.right - edge &&
  clientY > box.top + edge &&
  clientY < box.bottom - edge;

const thingOf = ({ sessions, talks }: Programme, id: string) =>
  talks.find((one) => one.id === id) ?? sessions.find((one) => one.id === id);

/** Changes when someone else moves it, or it begins. */
function placeText(programme: Programme, id: string): string {
  const thing = thingOf(programme, id);
  const state = thing && 'state' in thing ? (thing satisfies Talk).state : '';
  return JSON.stringify([thing?.venueId, thing?.plannedStart, thing?.plannedMinutes, state]);
}

function pointOf(
  { clientX, clientY }: { readonly clientX: number; readonly clientY: number },
  body: HTMLElement,
  { axis, columnWidth }: DragGround,
): { column: number; at: number } {
  const box = body.getBoundingClientRect();
  return { column: Math.floor((clientX - box.left) / columnWidth), at: atOf(clientY - box.top, axis) };
}

/** What the pointer asks for; undefined where nothing can be dropped. */
type Target =
  | { readonly by: number; readonly columns: number }
  | { readonly end: number }
  | { readonly venueId: string; readonly start: number };

function targetOf(
  { mode, taken, id }: Held,
  pointer: { readonly clientX: number; readonly clientY: number },
  body: HTMLElement,
  ground: DragGround,
): Target | undefined {
  const { column, at } = pointOf(pointer, body, ground);
  if (mode === 'move') return { by: snappedBy(taken.start, at - taken.at), columns: column - taken.column };
  if (mode === 'resize') {
    const end = endOf(ground.programme, id);
    return end === undefined ? undefined : { end: snapped(end + at - taken.at) };
  }
  const venueId = ground.bounds.venueIds[column];
  const box = body.getBoundingClientRect();
  const inside = pointer.clientY >= box.top && at <= ground.axis.to && pointer.clientX >= box.left;
  return venueId === undefined || !inside ? undefined : { venueId, start: snapped(at) };
}

function endOf(programme: Programme, id: string): number | undefined {
  const thing = thingOf(programme, id);
  return thing?.plannedStart == null
    ? undefined
    : thing.plannedStart + (thing.plannedMinutes ?? usualMinutes) * minuteMs;
}

function dragOf({ id, ids }: Held, target: Target | undefined, ground: DragGround) {
  const { programme, bounds, clock } = ground;
  const arrangement = target && arrangementOf(id, ids, target, programme, bounds);
  const after = arrangement ? arranged(programme, arrangement) : programme;
  const moved = arrangement ? movedIds(programme, after) : new Set<string>();
  const marks = arrangement ? clashesOf(after, moved, clock) : [];
  return { held: id, arrangement, after, moved, marks };
}

function arrangementOf(
  id: string,
  ids: ReadonlySet<string>,
  target: Target,
  programme: Programme,
  bounds: Bounds,
): Arrangement | undefined {
  if ('end' in target) return resized(programme, id, Math.min(target.end, bounds.to));
  if ('by' in target) return shifted(programme, ids, target, bounds);
  const [talk] = movables(programme, new Set([id])).talks;
  if (!talk) return undefined;
  const plannedMinutes = talk.plannedMinutes ?? usualMinutes;
  const plannedStart = Math.max(bounds.from, Math.min(target.start, bounds.to - plannedMinutes * minuteMs));
  return { sessions: [], talks: [{ id, venueId: target.venueId, plannedStart, plannedMinutes }] };
}

/** Of a block in the grid's body, px. */
export function rectOf(
  { from, to }: { readonly from: number; readonly to: number },
  axis: Axis,
): { readonly top: number; readonly height: number } {
  const top = yOf(from, axis);
  return { top, height: Math.max(18, yOf(to, axis) - top) };
}
