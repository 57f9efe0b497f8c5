/** The current page, to be drawn and pointed on. Coordinates leave as shares of the page's width and height. */
import { type CSSProperties, type PointerEvent, useEffect, useRef, useState } from 'react';
import type { InkMark } from '#contracts/stage-state.ts';
import { boardSizes, type PageSource } from './ahead.ts';
import { InkLayer, type LaserDot } from './ink-layer.tsx';
import type { Sample } from './stroke-recorder.ts';
import { t } from './texts.ts';

export type Tool = 'none' | 'laser' | 'pen' | 'text';

export type PageBoardProps = {
  readonly image:
    | (PageSource & { readonly small: string; readonly width: number; readonly height: number })
    | undefined;
  readonly label: string;
  readonly tool: Tool;
  readonly marks: readonly InkMark[];
  readonly laser: LaserDot | undefined;
  readonly black: boolean;
  readonly now: () => number;
  /** A pointer went down, moves, or left. */
  readonly onStroke: (phase: 'begin' | 'move' | 'end', sample: Sample | undefined) => void;
  readonly onText: (x: number, y: number, text: string) => void;
};

export function PageBoard(props: PageBoardProps) {
  const { image, label, tool, marks, laser, black, now, onStroke, onText } = props;
  const board = useRef<HTMLDivElement>(null);
  const drawing = useRef<number | undefined>(undefined);
  const [typing, setTyping] = useState<{ x: number; y: number } | undefined>();

  const sampleOf = (event: PointerEvent): Sample => {
    const box = event.currentTarget.getBoundingClientRect();
    return {
      t: now(),
      x: (event.clientX - box.left) / box.width,
      y: (event.clientY - box.top) / box.height,
      // A mouse has no pressure and says 0.5 while pressed, 0 otherwise.
      pressure: event.pressure > 0 ? event.pressure : 0.5,
    };
  };
  const down = (event: PointerEvent<HTMLDivElement>) => {
    if (tool === 'none' || event.button !== 0) return;
    event.preventDefault();
    const sample = sampleOf(event);
    if (tool === 'text') {
      setTyping({ x: sample.x, y: sample.y });
      return;
    }
    event.currentTarget.setPointerCapture(event.pointerId);
    drawing.current = event.pointerId;
    onStroke('begin', sample);
  };
  const move = (event: PointerEvent<HTMLDivElement>) => {
    // A mouse points with the laser without being pressed; fingers and pens must touch.
    const hovering = tool === 'laser' && event.pointerType === 'mouse' && drawing.current === undefined;
    if (drawing.current === event.pointerId || hovering) onStroke('move', sampleOf(event));
  };
  const up = (event: PointerEvent<HTMLDivElement>) => {
    if (drawing.current !== event.pointerId && !(tool === 'laser' && event.type === 'pointerleave')) return;
    drawing.current = undefined;
    onStroke('end', undefined);
  };

  return (
    <div className="p-board-frame">
      <div
        ref={board}
        className="p-board"
        data-tool={tool}
        style={image ? boardStyle(image) : undefined}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={up}
        onPointerLeave={up}
      >
        {image && (
          // Another element for another page: the old picture must not stay under the new number.
          <img
            key={image.src}
            src={image.src}
            srcSet={image.srcSet}
            sizes={boardSizes}
            decoding="sync"
            alt={label}
            draggable={false}
          />
        )}
        {image && <InkLayer marks={marks} laser={laser} aspect={image.height / image.width} />}
        {black && <p className="p-black">{t('page.black')}</p>}
        {typing && (
          <TextEntry
            at={typing}
            onDone={(text) => {
              setTyping(undefined);
              if (text !== '') onText(typing.x, typing.y, text);
            }}
          />
        )}
      </div>
    </div>
  );
}

/** Its small picture lies below until the sharp one is there. */
const boardStyle = ({
  small,
  width,
  height,
}: {
  small: string;
  width: number;
  height: number;
}): CSSProperties => ({
  aspectRatio: `${width} / ${height}`,
  backgroundImage: `url(${JSON.stringify(small)})`,
  ...({ '--shape': width / height } as CSSProperties),
});

function TextEntry({
  at,
  onDone,
}: {
  readonly at: { x: number; y: number };
  readonly onDone: (text: string) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <input
      ref={input}
      className="p-text-entry"
      style={{ left: `${Math.min(at.x, 0.7) * 100}%`, top: `${Math.min(at.y, 0.9) * 100}%` }}
      maxLength={300}
      placeholder={t('text.prompt')}
      aria-label={t('text.prompt')}
      onBlur={(event) => onDone(event.target.value.trim())}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) onDone(event.currentTarget.value.trim());
        if (event.key === 'Escape') onDone('');
      }}
    />
  );
}
