/**
 * The states of a venue (DESIGN section 2) as a function: what happened, and when, gives the next state and what is to be done.
 * It keeps no time and starts nothing; the owner carries the effects out in order, appends the records, and holds one timer
 * at `deadline`.
 */
import type { ErrorCode } from '#contracts/errors.ts';
import type { VenueState } from '#contracts/now.ts';
import type { EndReason, Replayed, RunRecord } from './run-log.ts';

export type Venue = {
  readonly state: VenueState;
  /** Epoch ms at which the state began. */
  readonly since: number;
  /** The current run, or the last one. */
  readonly run: string | undefined;
  /** The encoder of the venue: there and sending, there and silent so far, or not there. */
  readonly encoder: 'gone' | 'connected' | 'sending';
  /** Epoch ms at which the encoder went, while `away`. */
  readonly awayFrom: number | undefined;
};

export type VenueRules = {
  readonly autoLive: boolean;
  /** Minutes without an encoder after which a run ends; never during a planned break. */
  readonly awayMinutes: number;
};

export type VenueInput =
  | { readonly kind: 'publisherConnected' }
  | { readonly kind: 'firstMedia' }
  | { readonly kind: 'publisherGone' }
  | { readonly kind: 'goLive' }
  | { readonly kind: 'takeBreak' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'end' }
  /** The deadline may have passed. */
  | { readonly kind: 'tick' };

export type VenueEffect =
  /** Open a run: recording and playlists begin. */
  | { readonly kind: 'startRun'; readonly run: string }
  /** Show the slate; media that still comes is not published. */
  | { readonly kind: 'breakRun'; readonly run: string }
  /** Publish again, behind a discontinuity. */
  | { readonly kind: 'resumeRun'; readonly run: string }
  /** The encoder is missing: viewers wait. */
  | { readonly kind: 'awayRun'; readonly run: string }
  /** The encoder is back: same run, same recording, behind a discontinuity. */
  | { readonly kind: 'returnRun'; readonly run: string }
  /** Close recordings and playlists. */
  | { readonly kind: 'endRun'; readonly run: string; readonly reason: EndReason };

export type VenueStep = {
  readonly venue: Venue;
  readonly effects: readonly VenueEffect[];
  /** To be persisted before the effects are shown to anyone. */
  readonly records: readonly RunRecord[];
  /** Why an operator's wish was refused; then nothing changed. */
  readonly refused?: ErrorCode;
};

export type Occasion = {
  readonly rules: VenueRules;
  /** Epoch ms on the timeline. */
  readonly now: number;
  /** Id a run gets if one starts. */
  readonly newRun: string;
};

export const newVenue = (now: number): Venue => ({
  state: 'off',
  since: now,
  run: undefined,
  encoder: 'gone',
  awayFrom: undefined,
});

/** Epoch ms at which an absent encoder ends the run; undefined when nothing waits. */
export const deadline = (venue: Venue, { awayMinutes }: VenueRules): number | undefined =>
  venue.state === 'away' && venue.awayFrom !== undefined ? venue.awayFrom + awayMinutes * 60_000 : undefined;

/** The next state. */
export function step(venue: Venue, input: VenueInput, occasion: Occasion): VenueStep {
  switch (input.kind) {
    case 'publisherConnected':
      return connected(venue, occasion);
    case 'firstMedia':
      return sending({ ...venue, encoder: 'sending' }, occasion);
    case 'publisherGone':
      return gone({ ...venue, encoder: 'gone' }, occasion);
    case 'goLive':
      return goLive(venue, occasion);
    case 'takeBreak':
      return takeBreak(venue, occasion);
    case 'resume':
      return resume(venue, occasion);
    case 'end':
      return hasOpenRun(venue) ? endRun(venue, 'operator', occasion.now) : refuse(venue, 'venue.state');
    case 'tick':
      return tick(venue, occasion);
  }
}

/**
 * The venue after a restart, before any encoder has come back. `lastMedia`: epoch ms of the newest thing known of the run
 * (end of the recorded media, newest record): for a run that was live that is when its encoder went.
 */
export function restore(
  { state, since, run, lastAt }: Replayed,
  lastMedia: number,
  occasion: Occasion,
): VenueStep {
  const venue: Venue = {
    state,
    since: state === 'off' ? occasion.now : since,
    run,
    encoder: 'gone',
    awayFrom: state === 'away' ? since : undefined,
  };
  const went = Math.min(Math.max(lastMedia, lastAt), occasion.now);
  const found = state === 'live' ? goAway(venue, went) : stay(venue);
  const late = tick(found.venue, occasion);
  return {
    venue: late.venue,
    effects: [...found.effects, ...late.effects],
    records: [...found.records, ...late.records],
  };
}

type Run = Venue & { readonly run: string };
const hasOpenRun = (venue: Venue): venue is Run =>
  venue.run !== undefined && (venue.state === 'live' || venue.state === 'break' || venue.state === 'away');

const stay = (venue: Venue): VenueStep => ({ venue, effects: [], records: [] });
const refuse = (venue: Venue, refused: ErrorCode): VenueStep => ({ ...stay(venue), refused });
const enter = (venue: Venue, state: VenueState, since: number): Venue => ({
  ...venue,
  state,
  since,
  awayFrom: undefined,
});

function connected(before: Venue, { now }: Occasion): VenueStep {
  // One that takes over from an encoder which is sending brings its own first media; until then nothing is missing.
  const encoder = before.encoder === 'sending' ? 'sending' : 'connected';
  const venue: Venue = { ...before, encoder };
  return stay(venue.state === 'off' || venue.state === 'ended' ? enter(venue, 'armed', now) : venue);
}

function sending(venue: Venue, occasion: Occasion): VenueStep {
  if (venue.state === 'away' && hasOpenRun(venue)) {
    const { run } = venue;
    return {
      venue: enter(venue, 'live', occasion.now),
      effects: [{ kind: 'returnRun', run }],
      records: [{ kind: 'run.returned', run, at: occasion.now }],
    };
  }
  if (venue.state === 'armed' && occasion.rules.autoLive) return startRun(venue, 'auto', occasion);
  return stay(venue);
}

function gone(venue: Venue, { now }: Occasion): VenueStep {
  if (venue.state === 'armed') return stay(enter(venue, venue.run === undefined ? 'off' : 'ended', now));
  return venue.state === 'live' ? goAway(venue, now) : stay(venue);
}

function goLive(venue: Venue, occasion: Occasion): VenueStep {
  if (hasOpenRun(venue)) return refuse(venue, 'venue.state');
  if (venue.encoder === 'gone') return refuse(venue, 'venue.noSignal');
  return startRun(venue, 'operator', occasion);
}

function takeBreak(venue: Venue, { now }: Occasion): VenueStep {
  if (!hasOpenRun(venue) || venue.state === 'break') return refuse(venue, 'venue.state');
  const { run } = venue;
  return {
    venue: enter(venue, 'break', now),
    effects: [{ kind: 'breakRun', run }],
    records: [{ kind: 'run.break', run, at: now }],
  };
}

function resume(venue: Venue, { now }: Occasion): VenueStep {
  if (!hasOpenRun(venue) || venue.state !== 'break') return refuse(venue, 'venue.state');
  const { run } = venue;
  const resumed: VenueStep = {
    venue: enter(venue, 'live', now),
    effects: [{ kind: 'resumeRun', run }],
    records: [{ kind: 'run.resumed', run, at: now }],
  };
  if (venue.encoder === 'sending') return resumed;
  // It may have been switched off an hour ago, which a break allows: it is missed from now on.
  const away = goAway(resumed.venue, now);
  return {
    venue: away.venue,
    effects: [...resumed.effects, ...away.effects],
    records: [...resumed.records, ...away.records],
  };
}

function tick(venue: Venue, { rules, now }: Occasion): VenueStep {
  const due = deadline(venue, rules);
  return due !== undefined && now >= due && hasOpenRun(venue) ? endRun(venue, 'away', now) : stay(venue);
}

function startRun(venue: Venue, by: 'operator' | 'auto', { now, newRun: run }: Occasion): VenueStep {
  return {
    venue: enter({ ...venue, run }, 'live', now),
    effects: [{ kind: 'startRun', run }],
    records: [{ kind: 'run.started', run, at: now, by }],
  };
}

function goAway(venue: Venue, at: number): VenueStep {
  if (!hasOpenRun(venue)) return stay(venue);
  const { run } = venue;
  return {
    venue: { ...enter(venue, 'away', at), awayFrom: at },
    effects: [{ kind: 'awayRun', run }],
    records: [{ kind: 'run.away', run, at }],
  };
}

function endRun(venue: Run, reason: EndReason, now: number): VenueStep {
  const { run } = venue;
  return {
    venue: enter(venue, 'ended', now),
    effects: [{ kind: 'endRun', run, reason }],
    records: [{ kind: 'run.ended', run, at: now, reason }],
  };
}
