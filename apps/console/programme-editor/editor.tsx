/** The programme of a day as a grid of venues and times, edited by dragging and by keys. */
import { MinusOutlined, PlusOutlined, RedoOutlined, UndoOutlined } from '@ant-design/icons';
import { App, Button, Tooltip } from 'antd';
import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Arrangement, ProgrammeMark } from '#contracts/conference.ts';
import type { Venue } from '#contracts/venue.ts';
import { serverNow } from '../clock.ts';
import { useConference } from '../office/conference-context.ts';
import type { Opened } from '../office/programme/programme.tsx';
import type { StaffProgramme } from '../office/programme/programme-api.ts';
import { clockOf, dayOf, daysOf } from '../office/programme/zone.ts';
import { arranged, movables, movedIds, resized, shifted } from './arranging.ts';
import { actsOf, type BlockAct, menuOf } from './block-menu.ts';
import { marksWhile } from './clashes.ts';
import { layDay } from './day-layout.ts';
import { DayTabs } from './day-tabs.tsx';
import { DragStore } from './drag.ts';
import './editor.css';
import { axisWidth, blockOf, Grid, useView } from './grid.tsx';
import { Help } from './help.tsx';
import { type Command, commandOf } from './keys.ts';
import { MarksList } from './marks-list.tsx';
import { t } from './texts.ts';
import { axisOf, boundsOf, minuteMs } from './time-axis.ts';
import { Tray } from './tray.tsx';
import { useDrag, usualMinutes } from './use-drag.ts';
import { useEdits } from './use-edits.ts';
import { inOrder, placeOf, walked } from './walk.ts';
import { timesOf } from './words.ts';

/** Pixels a minute. */
const scales = [1.4, 2, 2.8, 4] as const;
const nothing: ReadonlySet<string> = new Set();

type EditorProps = {
  readonly programme: StaffProgramme;
  readonly venues: readonly Venue[];
  put(programme: StaffProgramme): void;
  again(): void;
  onOpen(opened: Opened): void;
  /** The switch between grid and table. */
  readonly views: ReactNode;
};

export function ProgrammeEditor({ programme, venues, put, again, onOpen, views }: EditorProps) {
  const { conference, may } = useConference();
  const { message } = App.useApp();
  const { timeZone, startDate, endDate } = conference;
  const rights = { edits: may('programme.edit'), runs: may('programme.run') || may('programme.edit') };
  const { edits: mayEdit } = rights;
  const [said, setSaid] = useState('');
  // The same words twice are told twice.
  const say = useCallback((text: string) => setSaid((old) => (old === text ? `${text}\u00a0` : text)), []);
  const edits = useEdits({ conferenceId: conference.id, programme, put, again }, say);
  const { shown } = edits;
  const clock = useCallback((at: number) => clockOf(at, timeZone), [timeZone]);

  const days = useMemo(
    () => daysWith(shown, daysOf(startDate, endDate), timeZone),
    [shown, startDate, endDate, timeZone],
  );
  const today = dayOf(serverNow(), timeZone);
  const [wantedDay, setDay] = useState<string>();
  const first = days.find(({ count }) => count > 0)?.day ?? days[0]?.day ?? startDate;
  const day = wantedDay ?? (days.some((one) => one.day === today && one.count > 0) ? today : first);
  const [zoom, setZoom] = useState(2);
  const venueIds = useMemo(() => venues.map(({ id }) => id), [venues]);
  const venueNames = useMemo(() => new Map(venues.map(({ id, title }) => [id, title])), [venues]);
  const columns = useMemo(() => layDay(shown, day, venueIds, timeZone), [shown, day, venueIds, timeZone]);
  const axis = useMemo(
    () =>
      axisOf(
        day,
        columns.flatMap(({ talks, sessions }) => [...talks, ...sessions]),
        timeZone,
        scales[zoom] ?? 2,
      ),
    [columns, day, timeZone, zoom],
  );
  const bounds = useMemo(() => ({ venueIds, ...boundsOf(day, timeZone) }), [venueIds, day, timeZone]);
  const marks = useMemo(
    () => marksWhile(programme.marks, shown, movedIds(programme, shown), clock),
    [programme, shown, clock],
  );
  const marksById = useMemo(() => byThing(marks), [marks]);
  const tray = useMemo(
    () => shown.talks.filter((talk) => talk.plannedStart === null && talk.state === 'planned'),
    [shown],
  );

  const [chosen, setChosen] = useState(nothing);
  const [wantedActive, setActive] = useState<string>();
  const active =
    wantedActive !== undefined && placeOf(columns, wantedActive)
      ? wantedActive
      : columns.map(inOrder).find((list) => list.length > 0)?.[0]?.id;
  const [menuFor, setMenuFor] = useState<string>();
  const [help, setHelp] = useState(false);
  const [held, setHeld] = useState(false);
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const view = useView(scroller, venueIds.length);
  const [store] = useState(() => new DragStore());

  const shownDay = useRef<string | undefined>(undefined);
  /** To be focused as soon as it is drawn. */
  const wanted = useRef<string | undefined>(undefined);
  /** The block that has the focus: drawn in another column it is another element, and the focus would be lost. */
  const focusOn = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    if (document.activeElement === document.body) wanted.current ??= focusOn.current;
    const id = wanted.current;
    const box = scroller.current;
    const place = id === undefined ? undefined : placeOf(columns, id);
    if (id === undefined || !box || !place) return;
    reveal(
      box,
      place.column * view.column,
      view.column,
      ((place.block.from - axis.from) / minuteMs) * axis.scale,
    );
    const element = body.current?.querySelector<HTMLElement>(`[data-block="${CSS.escape(id)}"]`);
    if (!element) return;
    wanted.current = undefined;
    element.focus({ preventScroll: true });
  });
  // The day begins with its first block in sight; the hour before is there to be dragged into.
  useLayoutEffect(() => {
    const box = scroller.current;
    const start = Math.min(
      ...columns.flatMap(({ sessions, talks }) => [...sessions, ...talks].map(({ from }) => from)),
    );
    if (box && shownDay.current !== day && Number.isFinite(start)) {
      shownDay.current = day;
      box.scrollTop = Math.max(0, ((start - axis.from) / minuteMs) * axis.scale - 16);
    }
  }, [columns, day, axis]);
  const goTo = (id: string) => {
    setActive(id);
    wanted.current = id;
  };
  const thingOf = (id: string | undefined) =>
    shown.talks.find((one) => one.id === id) ?? shown.sessions.find((one) => one.id === id);

  const arrange = (arrangement: Arrangement, id: string) => {
    const after = arranged(shown, arrangement);
    const thing = after.talks.find((one) => one.id === id) ?? after.sessions.find((one) => one.id === id);
    const count = arrangement.talks.length + arrangement.sessions.length;
    const words = {
      ...{ title: thing?.title ?? '', venue: venueNames.get(thing?.venueId ?? '') ?? '', count },
      ...{ time: thing ? timesOf(thing, timeZone) : '', minutes: thing?.plannedMinutes ?? 0 },
    };
    const sized = [...arrangement.talks, ...arrangement.sessions].every(
      ({ plannedStart }) => plannedStart === undefined,
    );
    edits.arrange(arrangement, t(sized ? 'resizedTo' : count > 1 ? 'movedMany' : 'movedTo', words));
    goTo(id);
  };
  const refuse = (key: 'cannotMove' | 'atEdge' | 'dragGone') => {
    void message.warning(t(key));
    say(t(key));
  };
  const { hold, dragged } = useDrag({
    ...{ store, scroller, body, onHeld: setHeld, onDrop: arrange },
    ground: () => ({ programme: shown, axis, columnWidth: view.column, bounds, chosen, clock }),
    onGone: () => refuse('dragGone'),
  });

  const press = (event: PointerEvent) => {
    const id = blockOf(event.target);
    if (id === undefined || event.button !== 0 || !mayEdit) return;
    if (event.shiftKey || event.ctrlKey || event.metaKey) return;
    const edge = event.target instanceof HTMLElement && event.target.dataset.edge !== undefined;
    const can = movables(shown, new Set([id]));
    if (can.talks.length + can.sessions.length === 0) return;
    // A finger scrolls, until it has chosen what it wants to drag.
    if (event.pointerType === 'touch' && !edge && !chosen.has(id)) return;
    hold(event, id, edge ? 'resize' : 'move');
  };
  const click = (event: MouseEvent) => {
    if (dragged.current) {
      dragged.current = false;
      return;
    }
    const id = blockOf(event.target);
    if (id === undefined) return setChosen(nothing);
    setActive(id);
    if (event.shiftKey || event.ctrlKey || event.metaKey) setChosen(toggled(chosen, id));
    // A button pressed by Enter or the space bar: the keys are heard on their own.
    else if (event.detail > 0) setChosen(new Set([id]));
  };
  const open = (id: string | undefined) => {
    const thing = thingOf(id);
    if (!thing || !mayEdit) return;
    onOpen('state' in thing ? { what: 'talk', talk: thing } : { what: 'session', session: thing });
  };
  const act = (name: BlockAct, id: string | undefined) => {
    const thing = thingOf(id);
    if (!thing || id === undefined) return;
    if (name === 'open') return open(id);
    if (!('state' in thing)) return;
    if (name === 'delay' || name === 'swap') return onOpen({ what: name, talk: thing });
    if (name === 'unschedule')
      return edits.arrange(
        { sessions: [], talks: [{ id, plannedStart: null }] },
        t('unscheduledSaid', { title: thing.title }),
      );
    const state = name === 'cancel' ? 'cancelled' : 'planned';
    const ids = chosen.has(id) ? [...chosen] : [id];
    const from = name === 'cancel' ? 'planned' : 'cancelled';
    const talks = shown.talks.filter((talk) => ids.includes(talk.id) && talk.state === from);
    if (talks.length === 0) return;
    const text = t(name === 'cancel' ? 'cancelled' : 'revived', { count: talks.length, title: thing.title });
    edits.arrange({ sessions: [], talks: talks.map((talk) => ({ id: talk.id, state })) }, text);
    void message.success(text);
    goTo(id);
  };

  const carryOut = (command: Command, active: string | undefined) => {
    if (command.do === 'help') return setHelp(true);
    if (command.do === 'undo' || command.do === 'redo') return mayEdit ? edits[command.do]() : undefined;
    if (command.do === 'choose-none') return setChosen(nothing);
    if (active === undefined) return;
    if (command.do === 'walk') {
      const next = walked(columns, active, command.way);
      return next === undefined ? undefined : goTo(next);
    }
    if (command.do === 'choose') return setChosen(toggled(chosen, active));
    if (command.do === 'open') return open(active);
    if (!mayEdit) return;
    if (command.do === 'cancel') return act('cancel', active);
    const ids = chosen.has(active) ? chosen : new Set([active]);
    const can = movables(shown, ids);
    if (can.talks.length + can.sessions.length === 0) return refuse('cannotMove');
    const arrangement =
      command.do === 'resize'
        ? resized(shown, active, endOf(thingOf(active)) + command.minutes * minuteMs)
        : shifted(shown, ids, { by: command.minutes * minuteMs, columns: command.columns }, bounds);
    if (arrangement) arrange(arrangement, active);
    else refuse('atEdge');
  };
  const keyDown = (event: KeyboardEvent) => {
    const command = commandOf(event);
    if (!command || held) return;
    const id = blockOf(event.target);
    const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
    const everywhere = command.do === 'undo' || command.do === 'redo' || command.do === 'help';
    if (typing || (!everywhere && id === undefined)) return;
    event.preventDefault();
    carryOut(command, id);
  };
  const jump = (id: string) => {
    const start = thingOf(id)?.plannedStart;
    if (start != null) setDay(dayOf(start, timeZone));
    // A focus that follows a click has no ring: what was looked for must be seen.
    setChosen(new Set([id]));
    goTo(id);
  };

  const [only] = chosen;
  const acts = chosen.size === 1 ? actsOf(thingOf(only), rights) : [];
  const empty = columns.every(({ talks, sessions }) => talks.length + sessions.length === 0);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears the keys of the buttons inside
    <div className={`pe ${held ? 'pe-held' : ''}`} onKeyDown={keyDown}>
      <div className="pe-tools">
        {views}
        <DayTabs days={days} day={day} today={today} onDay={setDay} />
        <span className="pe-tools-end">
          <span className="hint" role="status">
            {edits.pending && t('saving')}
          </span>
          {mayEdit &&
            (['undo', 'redo'] as const).map((which) => (
              <Tooltip key={which} title={t(which)}>
                <Button
                  aria-label={t(which)}
                  icon={which === 'undo' ? <UndoOutlined /> : <RedoOutlined />}
                  disabled={which === 'undo' ? !edits.canUndo : !edits.canRedo}
                  onClick={edits[which]}
                />
              </Tooltip>
            ))}
          <Button
            aria-label={t('zoomOut')}
            icon={<MinusOutlined />}
            disabled={zoom === 0}
            onClick={() => setZoom(zoom - 1)}
          />
          <Button
            aria-label={t('zoomIn')}
            icon={<PlusOutlined />}
            disabled={zoom === scales.length - 1}
            onClick={() => setZoom(zoom + 1)}
          />
          <Button aria-keyshortcuts="?" onClick={() => setHelp(true)}>
            {t('help')}
          </Button>
        </span>
      </div>
      <Tray
        talks={tray}
        venueNames={venueNames}
        edits={mayEdit}
        onHold={(event, id) => hold(event, id, 'schedule')}
        onOpen={(talk) => onOpen({ what: 'talk', talk })}
      />
      <MarksList programme={shown} marks={marks} onJump={jump} />
      <div className="pe-day" role="tabpanel" id="pe-day" aria-label={t('grid')}>
        {empty && <p className="hint">{t('nothing')}</p>}
        <Grid
          {...{ scroller, body, columns, venueNames, axis, timeZone, view, chosen, active, store }}
          marks={marksById}
          edits={mayEdit}
          menu={menuOf(actsOf(thingOf(menuFor), rights), (name) => act(name, menuFor))}
          onPress={press}
          onClick={click}
          onDoubleClick={(event) => open(blockOf(event.target))}
          onFocused={(id) => {
            focusOn.current = id;
            if (id !== undefined) setActive(id);
          }}
          onMenu={(id) => {
            setMenuFor(id);
            if (id !== undefined) setActive(id);
          }}
        />
      </div>
      {chosen.size > 0 && (
        <div className="bulk-bar pe-chosen-bar">
          <span>
            {chosen.size === 1
              ? t('chosenOne', { title: thingOf(only)?.title ?? '' })
              : t('chosen', { count: chosen.size })}
          </span>
          {acts.map((name) => (
            <Button key={name} onClick={() => act(name, only)}>
              {t(name)}
            </Button>
          ))}
          {chosen.size > 1 && mayEdit && <Button onClick={() => act('cancel', only)}>{t('cancel')}</Button>}
          <Button onClick={() => setChosen(nothing)}>{t('unchoose')}</Button>
        </div>
      )}
      <p className="r-hidden" role="status" aria-live="polite" data-said="">
        {said}
      </p>
      {help && <Help onClose={() => setHelp(false)} />}
    </div>
  );
}

function toggled(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}

const endOf = (
  thing: { readonly plannedStart: number | null; readonly plannedMinutes: number | null } | undefined,
): number => (thing?.plannedStart ?? 0) + (thing?.plannedMinutes ?? usualMinutes) * minuteMs;

function byThing(marks: readonly ProgrammeMark[]): ReadonlyMap<string, readonly ProgrammeMark[]> {
  const map = new Map<string, ProgrammeMark[]>();
  for (const mark of marks)
    for (const thing of mark.things) map.set(thing, [...(map.get(thing) ?? []), mark]);
  return map;
}

/** The conference's days, and others that something is planned on, with the number of their talks. */
function daysWith(programme: StaffProgramme, planned: readonly string[], timeZone: string) {
  const counts = new Map(planned.map((day) => [day, 0]));
  for (const { plannedStart } of programme.talks)
    if (plannedStart !== null) {
      const day = dayOf(plannedStart, timeZone);
      counts.set(day, (counts.get(day) ?? 0) + 1);
    }
  return [...counts].map(([day, count]) => ({ day, count })).sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** Scrolls as little as needed; heads and axis cover their edges. */
function reveal(box: HTMLElement, left: number, width: number, top: number): void {
  const seen = box.clientWidth - axisWidth;
  if (left < box.scrollLeft) box.scrollLeft = left;
  else if (left + width > box.scrollLeft + seen) box.scrollLeft = left + width - seen;
  const high = box.clientHeight - 52;
  if (top < box.scrollTop) box.scrollTop = Math.max(0, top - 20);
  else if (top + 60 > box.scrollTop + high) box.scrollTop = top + 80 - high;
}
