/**
 * The state a stream of events comes to: what a snapshot holds, and what a player shows. Pure; events are applied in the order of
 * `i` for live, in the order of `t` when a moment is restored. Unknown kinds change nothing.
 */
import type { HallEvent, PageImage, PlannedTalk, StageEvent } from './events.ts';

type Of<E, T> = Extract<E, { type: T }>;
export type ShownPage = Pick<
  Of<StageEvent, 'page'>,
  'deck' | 'page' | 'step' | 'pages' | 'image' | 'next' | 'title' | 'source' | 'by' | 't'
>;
export type InkMark =
  | {
      readonly kind: 'stroke';
      readonly stroke: string;
      readonly image: string;
      readonly tool: 'pen' | 'marker';
      readonly colour: string;
      readonly size: number;
      /** [epoch ms, x, y, pressure] */
      readonly points: readonly (readonly [number, number, number, number])[];
      readonly ended: boolean;
    }
  | ({ readonly kind: 'text'; readonly t: number } & Omit<Of<StageEvent, 'text'>, 'type' | 'i' | 'at' | 't'>);

export type StageState = {
  readonly page: ShownPage | null;
  readonly black: boolean;
  readonly talk: Of<StageEvent, 'talk'>['talk'];
  readonly talkSince: number | null;
  /** By stroke id, in the order drawn. */
  readonly ink: readonly InkMark[];
  readonly laser: {
    readonly image: string;
    readonly t: number;
    readonly points: readonly (readonly [number, number, number])[];
  } | null;
  /** Corrections by track, ascending `from`. */
  readonly delays: readonly { readonly track: string; readonly from: number; readonly shift: number }[];
  /** Pages shown so far, each once, in the order first shown: chapters and looking back. */
  readonly shown: readonly {
    readonly t: number;
    readonly deck: string;
    readonly page: number;
    readonly title: string;
    readonly image: PageImage;
  }[];
};

export const emptyStage: StageState = {
  page: null,
  black: false,
  talk: null,
  talkSince: null,
  ink: [],
  laser: null,
  delays: [],
  shown: [],
};

/** Marks kept at once: beyond it the oldest go (a lecture has some hundreds). */
export const mostMarks = 2000;
/** Pages remembered for looking back. */
export const mostShown = 1000;

export function stageAfter(state: StageState, event: StageEvent): StageState {
  switch (event.type) {
    case 'page': {
      const { deck, page, step, pages, image, next, title, source, by, t } = event;
      const known = state.shown.some((one) => one.image.id === image.id);
      const shown = known ? state.shown : [...state.shown, { t, deck, page, title, image }].slice(-mostShown);
      return {
        ...state,
        page: { deck, page, step, pages, image, next, title, source, by, t },
        black: false,
        laser: null,
        shown,
      };
    }
    case 'black':
      return { ...state, black: event.on };
    case 'laser':
      return {
        ...state,
        laser: event.points.length === 0 ? null : { image: event.image, t: event.t, points: event.points },
      };
    case 'ink':
      return { ...state, ink: withStroke(state.ink, event) };
    case 'text': {
      const { stroke, image, x, y, text, colour, size, t } = event;
      const others = state.ink.filter((mark) => mark.stroke !== stroke);
      return {
        ...state,
        ink: [...others, { kind: 'text' as const, stroke, image, x, y, text, colour, size, t }].slice(
          -mostMarks,
        ),
      };
    }
    case 'undo': {
      const gone = new Set(event.strokes);
      return { ...state, ink: state.ink.filter((mark) => !gone.has(mark.stroke)) };
    }
    case 'clear':
      return { ...state, ink: state.ink.filter((mark) => mark.image !== event.image) };
    case 'talk':
      return { ...state, talk: event.talk, talkSince: event.t };
    case 'delay': {
      const { track, from, shift } = event;
      const others = state.delays.filter((one) => one.track !== track || one.from < from);
      return { ...state, delays: [...others, { track, from, shift }] };
    }
    default:
      return state;
  }
}

function withStroke(marks: readonly InkMark[], event: Of<StageEvent, 'ink'>): readonly InkMark[] {
  const { stroke, image, tool, colour, size, end, t } = event;
  const points = event.points.map(([ms, x, y, pressure]) => [t + ms, x, y, pressure] as const);
  const at = marks.findIndex((mark) => mark.kind === 'stroke' && mark.stroke === stroke);
  const known = marks[at];
  if (known?.kind !== 'stroke') {
    return [
      ...marks,
      { kind: 'stroke' as const, stroke, image, tool, colour, size, points, ended: end },
    ].slice(-mostMarks);
  }
  const joined: InkMark = { ...known, points: [...known.points, ...points], ended: known.ended || end };
  return marks.with(at, joined);
}

/** Ms within which the next speaker's first page takes the place of the one before. */
const leftBehindMs = 1500;

/** How a replay begins: without the page that the talk before left on the stage, where another deck's takes its place at once. */
export function replayStart(state: StageState, from: number, events: readonly StageEvent[]): StageState {
  const first = events.find((event) => event.type === 'page');
  const left = state.page && first && first.deck !== state.page.deck && first.t < from + leftBehindMs;
  return left ? { ...state, page: null } : state;
}

/** Ms to add to a track's PROGRAM-DATE-TIME at this moment of it. */
export function shiftAt(state: Pick<StageState, 'delays'>, track: string, programDateTime: number): number {
  let shift = 0;
  for (const one of state.delays) if (one.track === track && one.from <= programDateTime) shift = one.shift;
  return shift;
}

export type HallState = {
  readonly talks: readonly PlannedTalk[];
  readonly redacted: { readonly stage: readonly number[]; readonly hall: readonly number[] };
};
export const emptyHall: HallState = { talks: [], redacted: { stage: [], hall: [] } };

export function hallAfter(state: HallState, event: HallEvent): HallState {
  switch (event.type) {
    case 'programme':
      return { ...state, talks: event.talks };
    case 'redacted': {
      const known = state.redacted[event.stream];
      return {
        ...state,
        redacted: { ...state.redacted, [event.stream]: [...known, ...event.events].slice(-10_000) },
      };
    }
    default:
      return state;
  }
}
