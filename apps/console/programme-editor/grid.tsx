/** The scrolled part: heads of the venues, the time axis, the columns in sight, what is dragged, and the line of now. */
import { Dropdown, type MenuProps } from 'antd';
import {
  type MouseEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useState,
} from 'react';
import type { ProgrammeMark } from '#contracts/conference.ts';
import { serverNow } from '../clock.ts';
import { clockOf } from '../office/programme/zone.ts';
import { VenueColumn } from './blocks.tsx';
import { columnWidth, windowOf } from './column-window.ts';
import type { Column } from './day-layout.ts';
import type { DragStore } from './drag.ts';
import { DragLayer } from './drag-layer.tsx';
import { t } from './texts.ts';
import { type Axis, heightOf, hoursOf, yOf } from './time-axis.ts';

/** Of the time axis, px; as in the style sheet. */
export const axisWidth = 56;

/** Where the grid is scrolled to, and how wide it is; told only when other columns come into sight. */
export function useView(scroller: RefObject<HTMLElement | null>, count: number) {
  const [view, setView] = useState({ left: 0, width: 1200 });
  const column = columnWidth(view.width, count);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const read = () => {
      const width = element.clientWidth - axisWidth;
      setView((old) => {
        const seen = Math.floor(element.scrollLeft / columnWidth(width, count));
        const before = Math.floor(old.left / columnWidth(old.width, count));
        return seen === before && width === old.width ? old : { left: element.scrollLeft, width };
      });
    };
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener('scroll', read, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', read);
    };
  }, [scroller, count]);
  return { column, ...windowOf(view.left, view.width, column, count) };
}

type GridProps = {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly body: RefObject<HTMLDivElement | null>;
  readonly columns: readonly Column[];
  readonly venueNames: ReadonlyMap<string, string>;
  readonly axis: Axis;
  readonly timeZone: string;
  readonly view: ReturnType<typeof useView>;
  readonly marks: ReadonlyMap<string, readonly ProgrammeMark[]>;
  readonly chosen: ReadonlySet<string>;
  readonly active: string | undefined;
  readonly edits: boolean;
  readonly store: DragStore;
  readonly menu: MenuProps['items'];
  onPress(event: PointerEvent): void;
  onClick(event: MouseEvent): void;
  onDoubleClick(event: MouseEvent): void;
  /** Undefined: the focus has left the blocks. */
  onFocused(id: string | undefined): void;
  /** The block a menu was asked for; undefined: beside blocks. */
  onMenu(id: string | undefined): void;
};

export const blockOf = (target: EventTarget): string | undefined =>
  target instanceof Element ? target.closest<HTMLElement>('[data-block]')?.dataset.block : undefined;

export function Grid(props: GridProps) {
  const { columns, axis, timeZone, view, store, menu = [] } = props;
  const venueIds = columns.map(({ venueId }) => venueId);
  const height = heightOf(axis);
  const width = view.column * columns.length;
  const shown = columns.slice(view.first, view.last + 1);
  const [open, setOpen] = useState(false);
  return (
    <div className="pe-scroll" ref={props.scroller}>
      <div className="pe-heads" style={{ width: axisWidth + width }}>
        <div className="pe-corner" />
        {shown.map(({ venueId, talks }, index) => (
          <div
            key={venueId}
            className="pe-head"
            style={{ left: axisWidth + (view.first + index) * view.column, width: view.column }}
            title={props.venueNames.get(venueId)}
          >
            <strong className="pe-head-title">{props.venueNames.get(venueId)}</strong>
            <span className="hint">{t('dayCount', { count: talks.length })}</span>
          </div>
        ))}
      </div>
      <div className="pe-rows" style={{ width: axisWidth + width, height }}>
        <div className="pe-axis" aria-hidden="true">
          {hoursOf(axis).map((at) => (
            <span key={at} className="digits" style={{ top: yOf(at, axis) }}>
              {clockOf(at, timeZone)}
            </span>
          ))}
          <NowLine axis={axis} text={t('now')} />
        </div>
        <Dropdown
          trigger={['contextMenu']}
          menu={{ items: menu }}
          open={open && menu.length > 0}
          onOpenChange={setOpen}
        >
          {/* biome-ignore lint/a11y/noStaticElementInteractions: presses are those of the buttons inside */}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are heard by the editor around the grid */}
          <div
            ref={props.body}
            className="pe-body"
            style={{
              width,
              height,
              backgroundSize: `${view.column}px ${60 * axis.scale}px`,
            }}
            onPointerDown={props.onPress}
            onClick={props.onClick}
            onDoubleClick={props.onDoubleClick}
            onFocus={(event) => props.onFocused(blockOf(event.target))}
            onBlur={() => props.onFocused(undefined)}
            onContextMenu={(event) => props.onMenu(blockOf(event.target))}
          >
            {shown.map((column, index) => (
              <VenueColumn
                key={column.venueId}
                column={column}
                venue={props.venueNames.get(column.venueId) ?? ''}
                left={(view.first + index) * view.column}
                width={view.column}
                axis={axis}
                timeZone={timeZone}
                marks={props.marks}
                chosen={props.chosen}
                active={props.active}
                edits={props.edits}
              />
            ))}
            <NowLine axis={axis} />
            <DragLayer
              store={store}
              columns={columns}
              venueIds={venueIds}
              columnWidth={view.column}
              axis={axis}
              timeZone={timeZone}
            />
          </div>
        </Dropdown>
      </div>
    </div>
  );
}

/** Named on the axis of the hours: in the first column it would lie on the name of a session. */
function NowLine({ axis, text }: { axis: Axis; text?: string }) {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 15_000);
    return () => clearInterval(timer);
  }, []);
  if (now < axis.from || now > axis.to) return null;
  return (
    <div className="pe-now" style={{ top: yOf(now, axis) }} aria-hidden="true">
      {text && <b>{text}</b>}
    </div>
  );
}
