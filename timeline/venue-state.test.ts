import { describe, expect, it } from 'vitest';
import { decodeRunRecord, encodeRunRecord, type RunRecord, replay } from './run-log.ts';
import {
  deadline,
  newVenue,
  type Occasion,
  restore,
  step,
  type Venue,
  type VenueInput,
  type VenueStep,
} from './venue-state.ts';

const t0 = 1_750_000_000_000;
const minute = 60_000;
const rules = { autoLive: false, awayMinutes: 5 };
const auto = { ...rules, autoLive: true };
const occasion = (now: number, more: Partial<Occasion> = {}): Occasion => ({
  rules,
  now,
  newRun: 'r1',
  ...more,
});

type Kind = VenueInput['kind'];
/** Goes through inputs one minute apart. */
function through(kinds: readonly Kind[], how: Partial<Occasion> = {}): VenueStep & { all: RunRecord[] } {
  let last: VenueStep = { venue: newVenue(t0), effects: [], records: [] };
  const all: RunRecord[] = [];
  kinds.forEach((kind, index) => {
    last = step(last.venue, { kind }, occasion(t0 + (index + 1) * minute, how));
    all.push(...last.records);
  });
  return { ...last, all };
}

const armed: Kind[] = ['publisherConnected', 'firstMedia'];
const live: Kind[] = [...armed, 'goLive'];
const onBreak: Kind[] = [...live, 'takeBreak'];
const away: Kind[] = [...live, 'publisherGone'];
const endedOn: Kind[] = [...live, 'end'];
const endedOff: Kind[] = [...endedOn, 'publisherGone'];
const breakOff: Kind[] = [...onBreak, 'publisherGone'];

describe('the states of a venue', () => {
  const table: [
    title: string,
    before: Kind[],
    input: Kind,
    state: string,
    effects: string[],
    refused?: string,
  ][] = [
    ['an encoder arms a venue that is off', [], 'publisherConnected', 'armed', []],
    ['nothing goes live without an encoder', [], 'goLive', 'off', [], 'venue.noSignal'],
    ['nothing to pause while off', [], 'takeBreak', 'off', [], 'venue.state'],
    ['nothing to resume while off', [], 'resume', 'off', [], 'venue.state'],
    ['nothing to end while off', [], 'end', 'off', [], 'venue.state'],
    ['a deadline is nothing to a venue that is off', [], 'tick', 'off', []],
    ['media keeps an armed venue armed', ['publisherConnected'], 'firstMedia', 'armed', []],
    ['an armed venue whose encoder goes is off', armed, 'publisherGone', 'off', []],
    ['the operator goes live from armed', armed, 'goLive', 'live', ['startRun']],
    ['an armed venue has nothing to pause', armed, 'takeBreak', 'armed', [], 'venue.state'],
    ['an armed venue has nothing to end', armed, 'end', 'armed', [], 'venue.state'],
    ['a second go-live is refused', live, 'goLive', 'live', [], 'venue.state'],
    ['an encoder that goes while live is missed', live, 'publisherGone', 'away', ['awayRun']],
    ['a take-over while live changes nothing', live, 'publisherConnected', 'live', []],
    ['media while live changes nothing', live, 'firstMedia', 'live', []],
    ['the operator takes a break', live, 'takeBreak', 'break', ['breakRun']],
    ['resuming what is live is refused', live, 'resume', 'live', [], 'venue.state'],
    ['the operator ends a live run', live, 'end', 'ended', ['endRun']],
    ['an encoder loss in a break changes nothing', onBreak, 'publisherGone', 'break', []],
    ['an encoder may come back in a break', breakOff, 'publisherConnected', 'break', []],
    ['media in a break stays unseen', [...breakOff, 'publisherConnected'], 'firstMedia', 'break', []],
    ['a deadline is nothing to a break', breakOff, 'tick', 'break', []],
    ['a break in a break is refused', onBreak, 'takeBreak', 'break', [], 'venue.state'],
    ['going live in a break is refused: it is resumed', onBreak, 'goLive', 'break', [], 'venue.state'],
    ['a break is resumed', onBreak, 'resume', 'live', ['resumeRun']],
    ['a break resumed without an encoder waits for it', breakOff, 'resume', 'away', ['resumeRun', 'awayRun']],
    ['the operator ends a run in a break', onBreak, 'end', 'ended', ['endRun']],
    ['a connection without media is not a return', away, 'publisherConnected', 'away', []],
    ['media is a return', [...away, 'publisherConnected'], 'firstMedia', 'live', ['returnRun']],
    [
      'a return that breaks off changes nothing',
      [...away, 'publisherConnected'],
      'publisherGone',
      'away',
      [],
    ],
    ['away becomes a break when the operator says so', away, 'takeBreak', 'break', ['breakRun']],
    ['the operator ends a run that is away', away, 'end', 'ended', ['endRun']],
    ['going live while away is refused', away, 'goLive', 'away', [], 'venue.state'],
    ['resuming while away is refused', away, 'resume', 'away', [], 'venue.state'],
    ['an ended venue stays ended when its encoder goes', endedOn, 'publisherGone', 'ended', []],
    ['an ended venue whose encoder still sends can go live again', endedOn, 'goLive', 'live', ['startRun']],
    ['an ended venue without an encoder cannot', endedOff, 'goLive', 'ended', [], 'venue.noSignal'],
    ['ending twice is refused', endedOn, 'end', 'ended', [], 'venue.state'],
    ['a push to an ended venue arms it', endedOff, 'publisherConnected', 'armed', []],
    [
      'armed after a run goes back to ended',
      [...endedOff, 'publisherConnected'],
      'publisherGone',
      'ended',
      [],
    ],
  ];
  for (const [title, before, input, state, effects, refused] of table) {
    it(title, () => {
      const { venue, effects: found, refused: why, records } = through([...before, input]);
      expect(venue.state).toBe(state);
      expect(found.map(({ kind }) => kind)).toEqual(effects);
      expect(records).toHaveLength(effects.length);
      expect(why).toBe(refused);
    });
  }

  it('starts a run by itself at the first media when it goes live by itself', () => {
    expect(through(['publisherConnected'], { rules: auto }).venue.state).toBe('armed');
    const { venue, records } = through(armed, { rules: auto });
    expect(venue).toMatchObject({ state: 'live', run: 'r1', since: t0 + 2 * minute });
    expect(records).toEqual([{ kind: 'run.started', run: 'r1', at: t0 + 2 * minute, by: 'auto' }]);
  });

  it('does not start again by itself under the encoder whose run the operator ended', () => {
    const ended = through([...armed, 'end'], { rules: auto });
    expect(ended.venue.state).toBe('ended');
    expect(step(ended.venue, { kind: 'firstMedia' }, occasion(t0, { rules: auto })).venue.state).toBe(
      'ended',
    );
  });

  it('starts a new run by itself when a new push comes to an ended venue', () => {
    const { venue } = through([...armed, 'end', 'publisherGone', 'publisherConnected', 'firstMedia'], {
      rules: auto,
      newRun: 'r2',
    });
    expect(venue).toMatchObject({ state: 'live', run: 'r2' });
  });

  it('fault 98: an encoder gone for 290 s keeps its run, for 300 s ends it', () => {
    const { venue } = through(away);
    const went = t0 + away.length * minute;
    expect(deadline(venue, rules)).toBe(went + 300_000);
    expect(step(venue, { kind: 'tick' }, occasion(went + 299_999)).venue.state).toBe('away');
    const back = step(venue, { kind: 'firstMedia' }, occasion(went + 290_000));
    expect(back.venue).toMatchObject({ state: 'live', run: 'r1' });
    const late = step(venue, { kind: 'tick' }, occasion(went + 300_000));
    expect(late.venue.state).toBe('ended');
    expect(late.records).toEqual([{ kind: 'run.ended', run: 'r1', at: went + 300_000, reason: 'away' }]);
  });

  it('has no deadline in a planned break, however long', () => {
    expect(deadline(through(breakOff).venue, rules)).toBeUndefined();
    const { venue } = through([...breakOff, 'resume']);
    expect(venue.awayFrom).toBe(t0 + (breakOff.length + 1) * minute);
  });
});

describe('a venue after a crash (fault 86)', () => {
  const paths: [string, Kind[]][] = [
    ['off', []],
    ['live', live],
    ['break', onBreak],
    ['away', away],
    ['ended', endedOn],
    ['live again', [...away, 'publisherConnected', 'firstMedia']],
    ['live after a break', [...onBreak, 'resume']],
  ];
  for (const [title, kinds] of paths) {
    it(`fault 86: the records of a venue that is ${title} bring it back`, () => {
      const { venue, all } = through(kinds);
      const stored = all.map((record) => decodeRunRecord(encodeRunRecord(record)));
      const replayed = replay(stored.filter((record) => record !== undefined));
      expect(replayed.state).toBe(venue.state);
      expect(replayed.run).toBe(venue.run);
      if (replayed.state !== 'off') expect(replayed.since).toBe(venue.since);
    });
  }

  it('fault 86: a live run is away since its last media, and its deadline counts from then', () => {
    const replayed = replay(through(live).all);
    const lastMedia = t0 + 10 * minute;
    const soon = restore(replayed, lastMedia, occasion(lastMedia + 3000));
    expect(soon.venue).toMatchObject({ state: 'away', run: 'r1', awayFrom: lastMedia });
    expect(soon.records).toEqual([{ kind: 'run.away', run: 'r1', at: lastMedia }]);
    const back = step(soon.venue, { kind: 'firstMedia' }, occasion(lastMedia + 5000));
    expect(back.effects).toEqual([{ kind: 'returnRun', run: 'r1' }]);

    const late = restore(replayed, lastMedia, occasion(lastMedia + 6 * minute));
    expect(late.venue.state).toBe('ended');
    expect(late.effects.map(({ kind }) => kind)).toEqual(['awayRun', 'endRun']);
  });

  it('fault 86: the deadline of a run that was away does not start again', () => {
    const { all, venue } = through(away);
    const restored = restore(replay(all), t0, occasion(t0 + 7 * minute));
    expect(restored.effects).toEqual([]);
    expect(deadline(restored.venue, rules)).toBe(deadline(venue, rules));
  });

  it('fault 86: a break outlasts a restart, and what was armed waits for its encoder', () => {
    expect(restore(replay(through(breakOff).all), t0, occasion(t0 + 600 * minute)).venue.state).toBe('break');
    const off: Venue = restore(replay(through(armed).all), 0, occasion(t0)).venue;
    expect(off).toEqual(newVenue(t0));
  });
});

describe('the run log', () => {
  it('lists runs with their times, targets and delays', () => {
    const { all } = through(endedOn);
    const withTrack: RunRecord[] = [
      ...all.slice(0, 1),
      { kind: 'track.target', run: 'r1', at: t0, track: 'program', seconds: 4 },
      { kind: 'track.delay', run: 'r1', at: t0, track: 'program', ms: 700 },
      { kind: 'track.delay', run: 'r1', at: t0, track: 'program', ms: 900 },
      { kind: 'track.delay', run: 'unknown', at: t0, track: 'slides', ms: 1 },
      ...all.slice(1),
    ];
    expect(replay(withTrack).runs).toEqual([
      {
        id: 'r1',
        startedAt: t0 + 3 * minute,
        endedAt: t0 + 4 * minute,
        reason: 'operator',
        targets: { program: 4 },
        delays: { program: 900 },
      },
    ]);
  });

  it('closes a run that another one followed without an end', () => {
    const { runs, state } = replay([
      { kind: 'run.started', run: 'a', at: t0, by: 'auto' },
      { kind: 'run.started', run: 'b', at: t0 + 1, by: 'auto' },
    ]);
    expect(state).toBe('live');
    expect(runs.map(({ id, endedAt }) => [id, endedAt])).toEqual([
      ['a', t0 + 1],
      ['b', undefined],
    ]);
  });

  it('passes over kinds of a newer version, and refuses a known kind that is malformed', () => {
    expect(decodeRunRecord(Buffer.from('{"kind":"run.moved","at":1}'))).toBeUndefined();
    expect(() => decodeRunRecord(Buffer.from('{"kind":"run.break","run":"../x","at":1}'))).toThrow();
  });
});
