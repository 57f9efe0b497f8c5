import { beforeEach, describe, expect, it } from 'vitest';
import type { Decision } from '#contracts/access.ts';
import type { TalkRecord } from '../talk/talk.ts';
import type { Mode } from './rules.ts';
import { Scope } from './scope.ts';

const second = 1000;
const minute = 60_000;
/** 10:00; talk A 10:00–10:20, talk B 10:20–10:40, a break, talk C from 11:00 on. */
const ten = 1_800_000_000_000;
const talk = (id: string, from: number, to: number | null): TalkRecord =>
  ({
    id,
    ...({ venueId: 'v', position: 0, title: id, speakers: [], plannedStart: null } as const),
    ...({ plannedMinutes: null, download: 'no', createdAt: 0 } as const),
    state: to === null ? 'now' : 'done',
    actualStart: ten + from * minute,
    actualEnd: to === null ? null : ten + to * minute,
  }) as unknown as TalkRecord;
const talks = [talk('A', 0, 20), talk('B', 20, 40), talk('C', 60, null)];

let now: number;
let runOpen: boolean;
/** `<talk or -> <mode>`. */
let open: Set<string>;
let previewed: Set<string>;
let begun: (string | null)[];
let asked: number;

const scope = (list = talks) =>
  new Scope(
    {
      venueId: 'v',
      decide: (talkId, mode): Decision => {
        asked += 1;
        const name = `${talkId ?? '-'} ${mode}`;
        if (open.has(name)) return { allowed: true, by: 'rules', until: null };
        if (previewed.has(name)) return { allowed: true, by: 'preview', until: null };
        return { allowed: false, reason: 'rules', join: 'any', ways: [], from: null };
      },
      begin: (talkId) => void begun.push(talkId),
      now: () => now,
      runOpen: () => runOpen,
    },
    list,
  );
const at = (minutes: number, seconds = 0): number => ten + minutes * minute + seconds * second;
const may = (...names: string[]) => {
  open = new Set(names);
};

beforeEach(() => {
  now = at(70);
  runOpen = true;
  open = new Set();
  previewed = new Set();
  begun = [];
  asked = 0;
});

describe('moments of a venue', () => {
  it.each<[string, Mode, number, boolean]>([
    ['C', 'live', 69, true],
    ['C', 'live', 60, true],
    ['C', 'live', 39, false],
    ['A', 'replay', 5, true],
    ['A', 'replay', 25, false],
    ['A', 'live', 5, false],
    ['-', 'live', 50, true],
    ['-', 'live', 39, false],
    ['-', 'replay', 50, true],
    ['-', 'replay', -100, true],
  ])('with only %s %s open, minute %i may be watched: %s', (id, mode, minutes, expected) => {
    may(`${id} ${mode}`);
    expect(scope().allows(at(minutes))).toBe(expected);
  });

  it('a talk stays live for 30 s after its end, for players lie behind the room', () => {
    may('B live');
    now = at(40, 29);
    expect(scope().allows(at(39))).toBe(true);
    now = at(40, 31);
    expect(scope().allows(at(39))).toBe(false);
  });

  it('between talks the last half hour is live while the run is open, and a minute after it', () => {
    may('- live');
    now = at(55);
    expect(scope().allows(at(41))).toBe(true);
    now = at(72);
    expect(scope().allows(at(41))).toBe(false);
    expect(scope().allows(at(43))).toBe(true);
    runOpen = false;
    expect(scope().allows(at(43))).toBe(false);
  });

  it('an open talk never opens a closed one: neither before nor after it', () => {
    may('A replay');
    const whole = scope();
    expect(whole.readable(at(0), at(0, 4))).toBe(Number.POSITIVE_INFINITY);
    expect(whole.readable(at(20), at(20, 4))).toBe(Number.NEGATIVE_INFINITY);
    expect(whole.readable(at(-1), at(-1, 4))).toBe(Number.NEGATIVE_INFINITY);
  });

  it('a segment in which a closed talk begins is read up to there; one in which an open talk begins is whole', () => {
    may('A replay');
    expect(scope().readable(at(19, 58), at(20, 2))).toBe(at(20));
    expect(scope().readable(at(-1, 58), at(0, 2))).toBe(Number.POSITIVE_INFINITY);
    may('B replay');
    expect(scope().readable(at(19, 58), at(20, 2))).toBe(Number.POSITIVE_INFINITY);
  });

  it('a few milliseconds over a border open nothing', () => {
    may('A replay');
    expect(scope().readable(at(20) - 5, at(20, 4))).toBe(Number.NEGATIVE_INFINITY);
  });

  it('what may be read of a run is cut to the open talks', () => {
    may('A replay', 'C live');
    const run = [{ from: at(-5), to: null }];
    expect(scope().within(run)).toEqual([
      { from: at(0), to: at(20) },
      { from: at(60), to: null },
    ]);
    may('A replay', 'B replay', 'C live', '- replay');
    expect(scope().within(run)).toBe(run);
    may();
    expect(scope().within(run)).toEqual([]);
  });

  it('neighbours that are open are one stretch', () => {
    may('A replay', 'B replay');
    expect(scope().within([{ from: at(-5), to: at(50) }])).toEqual([{ from: at(0), to: at(40) }]);
  });

  it('the venue exists for who may watch something of it', () => {
    expect(scope().any).toBe(false);
    may('A replay');
    expect(scope().any).toBe(true);
    may('A live'); // It is over.
    expect(scope().any).toBe(false);
  });

  it('a preview begins with media, not with a playlist or a look', () => {
    previewed = new Set(['C live']);
    const previewing = scope();
    expect(previewing.any).toBe(true);
    expect(previewing.allows(at(61))).toBe(true);
    expect(previewing.within([{ from: at(60), to: null }])).toHaveLength(1);
    expect(begun).toEqual([]);
    expect(previewing.readable(at(61), at(61, 2))).toBe(Number.POSITIVE_INFINITY);
    expect(begun).toEqual(['C']);
  });

  it('who watches live asks one rule, however long the programme is', () => {
    may('- live', 'X live');
    const long = Array.from({ length: 500 }, (_, i) => talk(`t${i}`, i - 600, i - 599));
    const watching = scope([...long, talk('X', 60, null)]);
    asked = 0;
    for (let i = 0; i < 100; i++) expect(watching.readable(at(69), at(69, 1))).toBe(Number.POSITIVE_INFINITY);
    expect(watching.any).toBe(true);
    expect(asked).toBe(2);
  });
});
