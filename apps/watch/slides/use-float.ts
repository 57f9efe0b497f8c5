/** A small picture over the large one: dragged with a pointer or moved with the arrow keys; it stays inside. */
import { useRef, useState } from 'react';

/** Share of the free room, 0…1, left to right and top to bottom: it holds at any size of the window. */
export type Place = { readonly x: number; readonly y: number };
const keyStep = 0.08;

export const inside = (place: Place): Place => ({
  x: Math.min(1, Math.max(0, place.x)),
  y: Math.min(1, Math.max(0, place.y)),
});

/** Where it is after being dragged by so many pixels of a room with so much free. */
export function dragged(from: Place, moved: Place, free: Place): Place {
  return inside({
    x: from.x + (free.x > 0 ? moved.x / free.x : 0),
    y: from.y + (free.y > 0 ? moved.y / free.y : 0),
  });
}

export function useFloat() {
  const [place, setPlace] = useState<Place>({ x: 1, y: 0 });
  const grip = useRef<{ x: number; y: number; from: Place; free: Place }>(undefined);
  return {
    style: { '--float-x': place.x, '--float-y': place.y } as React.CSSProperties,
    /** For a handle that lies over the floating picture. */
    handle: {
      onPointerDown: (event: React.PointerEvent<HTMLElement>) => {
        const own = event.currentTarget.getBoundingClientRect();
        const stage = event.currentTarget.closest('.stage');
        const room = stage?.getBoundingClientRect();
        const side = stage?.querySelector('.side')?.getBoundingClientRect().width ?? 0;
        if (!room) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const bar = stage ? Number.parseFloat(getComputedStyle(stage).getPropertyValue('--bar')) || 0 : 0;
        const free = { x: room.width - side - own.width, y: room.height - bar - own.height };
        grip.current = { x: event.clientX, y: event.clientY, from: place, free };
      },
      onPointerMove: (event: React.PointerEvent<HTMLElement>) => {
        const held = grip.current;
        if (!held) return;
        const moved = { x: event.clientX - held.x, y: event.clientY - held.y };
        setPlace(dragged(held.from, moved, held.free));
      },
      onPointerUp: () => {
        grip.current = undefined;
      },
      onPointerCancel: () => {
        grip.current = undefined;
      },
      onKeyDown: (event: React.KeyboardEvent) => {
        const step = {
          ArrowLeft: [-keyStep, 0],
          ArrowRight: [keyStep, 0],
          ArrowUp: [0, -keyStep],
          ArrowDown: [0, keyStep],
        }[event.key];
        if (!step) return;
        event.preventDefault();
        event.stopPropagation();
        setPlace((now) => inside({ x: now.x + (step[0] ?? 0), y: now.y + (step[1] ?? 0) }));
      },
    },
  };
}
