/** A venue's column: frames of its sessions with their chairs at the side, blocks of its talks. */
import { memo } from 'react';
import type { ProgrammeMark } from '#contracts/conference.ts';
import { t as programmeText } from '../office/programme/texts.ts';
import { canMove, canMoveSession } from './arranging.ts';
import type { Column, SessionFrame, TalkBlock } from './day-layout.ts';
import { t } from './texts.ts';
import type { Axis } from './time-axis.ts';
import { rectOf } from './use-drag.ts';
import { type Labelled, namesOf, outlineOf, sessionRest, talkRest, timesOf } from './words.ts';

/** Of the strip at the side of a session, with its title and chairs, px. */
export const railWidth = 26;
/** Air beside blocks, px. */
export const air = 3;
const noMarks: readonly ProgrammeMark[] = [];

export type ColumnProps = {
  readonly column: Column;
  readonly venue: string;
  readonly left: number;
  readonly width: number;
  readonly axis: Axis;
  readonly timeZone: string;
  readonly marks: ReadonlyMap<string, readonly ProgrammeMark[]>;
  readonly chosen: ReadonlySet<string>;
  /** Of the block that the tab key reaches. */
  readonly active: string | undefined;
  readonly edits: boolean;
};

/** Space for the rail is left in every column, so that blocks are equally wide in all. */
export const talkBox = (width: number, { lane, lanes }: { lane: number; lanes: number }) => {
  const each = (width - railWidth - 2 * air) / lanes;
  return { left: railWidth + air + lane * each, width: each - (lanes > 1 ? 2 : 0) };
};

export const VenueColumn = memo(function VenueColumn(props: ColumnProps) {
  const { column, left, width, axis, marks } = props;
  const talks = column.talks.map(({ talk }) => talk);
  const labelled = (id: string): Labelled => ({
    venue: props.venue,
    timeZone: props.timeZone,
    marks: marks.get(id) ?? noMarks,
    chosen: props.chosen.has(id),
  });
  return (
    <div className="pe-column" style={{ left, width }} data-venue={column.venueId}>
      {column.sessions.map((frame) => (
        <Frame
          key={frame.id}
          frame={frame}
          axis={axis}
          labelled={labelled(frame.id)}
          active={props.active === frame.id}
          movable={props.edits && canMoveSession(frame.id, talks)}
        />
      ))}
      {column.talks.map((block) => (
        <TalkButton
          key={block.id}
          block={block}
          axis={axis}
          box={talkBox(width, block)}
          labelled={labelled(block.id)}
          active={props.active === block.id}
          movable={props.edits && canMove(block.talk)}
        />
      ))}
    </div>
  );
});

type Shared = {
  readonly axis: Axis;
  readonly labelled: Labelled;
  readonly active: boolean;
  readonly movable: boolean;
};
const flags = (shared: Shared): string =>
  [
    outlineOf(shared.labelled.marks),
    shared.labelled.chosen ? 'pe-chosen' : '',
    shared.movable ? 'pe-movable' : '',
  ].join(' ');

function Frame({ frame, axis, ...shared }: Shared & { frame: SessionFrame }) {
  const { session, lane } = frame;
  const { top, height } = rectOf(frame, axis);
  return (
    <div className="pe-frame" style={{ top, height, left: lane * 8 }} data-frame={frame.id}>
      <button
        type="button"
        className={`pe-rail ${flags({ axis, ...shared })}`}
        data-block={frame.id}
        tabIndex={shared.active ? 0 : -1}
        title={`${timesOf(session, shared.labelled.timeZone)} ${session.title}`}
      >
        <span className="pe-rail-text">
          <strong>{session.title}</strong>{' '}
          {session.chairs.length > 0 ? t('chairs', { names: namesOf(session.chairs) }) : t('noChair')}
        </span>
        <span className="r-hidden">{sessionRest(session, shared.labelled)}</span>
        {shared.movable && <span className="pe-edge" data-edge={frame.id} />}
      </button>
    </div>
  );
}

type TalkButtonProps = Shared & {
  readonly block: TalkBlock;
  readonly box: { readonly left: number; readonly width: number };
};

function TalkButton({ block, axis, box, ...shared }: TalkButtonProps) {
  const { talk } = block;
  const { top, height } = rectOf(block, axis);
  const time = timesOf(talk, shared.labelled.timeZone);
  const names = namesOf(talk.speakers);
  const state = talk.state === 'planned' ? '' : programmeText(`state.${talk.state}`);
  return (
    <button
      type="button"
      className={`pe-talk pe-type-${talk.type} pe-state-${talk.state} ${flags({ axis, ...shared })}`}
      style={{ top: top + 1, height: height - 2, ...box }}
      data-block={talk.id}
      tabIndex={shared.active ? 0 : -1}
      title={`${time} ${talk.title}\n${names}`}
    >
      {height < 34 ? (
        <span className="pe-line">
          <span className="digits">{time.slice(0, 5)}</span> <b>{talk.title}</b>
        </span>
      ) : (
        <>
          <span className="pe-time digits">
            {time}
            {state && <em>{state}</em>}
            {talk.type !== 'talk' && <i>{programmeText(`type.${talk.type}`)}</i>}
          </span>
          <b className={height < 66 ? 'pe-one' : ''}> {talk.title}</b>
          {height >= 52 && (
            <span className="pe-names"> {names || (talk.type === 'break' ? '' : t('noSpeaker'))}</span>
          )}
        </>
      )}
      <span className="r-hidden">{talkRest(talk, shared.labelled, height >= 52)}</span>
      {shared.movable && <span className="pe-edge" data-edge={talk.id} />}
    </button>
  );
}
