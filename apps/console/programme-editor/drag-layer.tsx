/** Over the grid while something is dragged: where it would lie, and what it would clash with. The only thing drawn at every move. */
import { t as programmeText } from '../office/programme/texts.ts';
import { air, railWidth, talkBox } from './blocks.tsx';
import { type Column, type Programme, spanOf } from './day-layout.ts';
import { type Drag, type DragStore, useDragged } from './drag.ts';
import { t } from './texts.ts';
import type { Axis } from './time-axis.ts';
import { rectOf } from './use-drag.ts';
import { placeOf } from './walk.ts';
import { timesOf } from './words.ts';

type DragLayerProps = {
  readonly store: DragStore;
  readonly columns: readonly Column[];
  readonly venueIds: readonly string[];
  readonly columnWidth: number;
  readonly axis: Axis;
  readonly timeZone: string;
};

export function DragLayer({ store, ...ground }: DragLayerProps) {
  const drag = useDragged(store);
  if (!drag?.arrangement) return null;
  const { moved, after, marks } = drag;
  const named = new Set([...drag.arrangement.talks, ...drag.arrangement.sessions].map(({ id }) => id));
  const clashing = new Set(marks.flatMap(({ things }) => things));
  const others = [...clashing].filter((id) => !moved.has(id));
  return (
    <div className="pe-drag-layer" aria-hidden="true">
      {[...after.sessions, ...after.talks].map((thing) => {
        if (!moved.has(thing.id) || thing.plannedStart === null) return null;
        const column = ground.venueIds.indexOf(thing.venueId);
        if (column < 0) return null;
        const frame = 'chairs' in thing;
        const { top, height } = rectOf(spanOf(thing.plannedStart, thing.plannedMinutes), ground.axis);
        const box = frame
          ? { left: 0, width: ground.columnWidth - air }
          : talkBox(ground.columnWidth, { lane: 0, lanes: 1 });
        const clashes = clashing.has(thing.id) ? 'pe-ghost-clash' : '';
        return (
          <div
            key={thing.id}
            className={`pe-ghost ${frame ? 'pe-ghost-frame' : ''} ${clashes}`}
            style={{ top, height, width: box.width, left: column * ground.columnWidth + box.left }}
            data-ghost={thing.id}
          >
            {named.has(thing.id) && (
              <span style={frame ? { paddingLeft: railWidth } : {}}>
                <b className="digits">{timesOf(thing, ground.timeZone)}</b> {thing.title}
                {thing.id === drag.held && <Why drag={drag} programme={after} />}
              </span>
            )}
          </div>
        );
      })}
      {others.map((id) => {
        const place = placeOf(ground.columns, id);
        if (!place) return null;
        const { top, height } = rectOf(place.block, ground.axis);
        const box =
          place.block.kind === 'talk'
            ? talkBox(ground.columnWidth, place.block)
            : { left: 0, width: railWidth };
        const left = place.column * ground.columnWidth + box.left;
        return (
          <div
            key={id}
            className="pe-ghost-other"
            style={{ top, height, width: box.width, left }}
            data-clash={id}
          />
        );
      })}
    </div>
  );
}

function Why({ drag, programme }: { drag: Drag; programme: Programme }) {
  const [mark] = drag.marks;
  if (!mark) return null;
  const other = mark.things.find((id) => id !== drag.held) ?? '';
  const thing = [...programme.talks, ...programme.sessions].find(({ id }) => id === other);
  return (
    <small>
      {t('clashWith', { kind: programmeText(`mark.${mark.kind}`), title: thing?.title ?? mark.detail })}
    </small>
  );
}
