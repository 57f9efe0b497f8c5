/** Strokes, texts and the laser over a page, as vectors of the page's own size. */
import { getStroke } from 'perfect-freehand';
import type { InkMark } from '#contracts/stage-state.ts';

/** Units of the drawing across the page's width. */
const scale = 1000;

export type LaserDot = { readonly x: number; readonly y: number };

export function InkLayer({
  marks,
  laser,
  aspect,
}: {
  readonly marks: readonly InkMark[];
  readonly laser: LaserDot | undefined;
  /** Height by width. */
  readonly aspect: number;
}) {
  const height = scale * aspect;
  return (
    <svg className="p-ink" viewBox={`0 0 ${scale} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {marks.map((mark) =>
        mark.kind === 'stroke' ? (
          <path
            key={mark.stroke}
            d={outline(mark, height)}
            fill={mark.colour}
            opacity={mark.tool === 'marker' ? 0.4 : 1}
          />
        ) : (
          // As viewers have it drawn (follow/ink.ts): the place is its upper left corner.
          <text
            key={mark.stroke}
            y={mark.y * height}
            fill={mark.colour}
            fontSize={(mark.size * scale) / 1.25}
            fontWeight={600}
            dominantBaseline="text-before-edge"
          >
            {mark.text.split('\n').map((line, k) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text, which never changes.
              <tspan key={k} x={mark.x * scale} dy={k === 0 ? 0 : mark.size * scale}>
                {line}
              </tspan>
            ))}
          </text>
        ),
      )}
      {laser && <circle className="p-laser" cx={laser.x * scale} cy={laser.y * height} r={8} />}
    </svg>
  );
}

function outline(mark: Extract<InkMark, { kind: 'stroke' }>, height: number): string {
  const points = mark.points.map(([, x, y, pressure]) => [x * scale, y * height, pressure]);
  const shape = getStroke(points, {
    size: mark.size * scale,
    thinning: mark.tool === 'pen' ? 0.5 : 0,
    smoothing: 0.5,
    streamline: 0.4,
    last: mark.ended,
  });
  const [first, ...rest] = shape;
  if (!first) return '';
  return `M${first[0]?.toFixed(1)} ${first[1]?.toFixed(1)}${rest.map(([x, y]) => `L${x?.toFixed(1)} ${y?.toFixed(1)}`).join('')}Z`;
}
