import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkMediaPlaylist, readMediaPlaylist } from '#tests/interop/playlist-check.ts';
import type { PlaylistAnswer } from './catalog.ts';
import type { Rendition } from './rendition.ts';
import { Hand, newRendition, settled, testInit } from './rendition-fixture.ts';

type Ask = { msn?: number; part?: number; skip?: boolean; tier?: 'low-latency' | 'standard' };

const never = new AbortController().signal;
const ask = (
  rendition: Rendition,
  { msn, part, skip = false, tier = 'low-latency' }: Ask = {},
  signal = never,
) => rendition.playlist({ tier, msn, part, skip }, signal);
const textOf = (answer: PlaylistAnswer): string => {
  if (answer.kind !== 'playlist') throw new Error(`expected a playlist, got ${answer.kind}`);
  return answer.rendered.body.toString();
};
/** Watches a promise without waiting for it. */
const watch = <T>(promise: Promise<T>) => {
  const seen: { value?: T } = {};
  void promise.then((value) => {
    seen.value = value;
  });
  return seen;
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Three finished segments of six parts, and the fourth open with two. */
const running = async (over: Parameters<typeof newRendition>[0] = {}) => {
  const made = newRendition(over);
  const hand = new Hand(made.rendition);
  made.rendition.init(testInit());
  for (let i = 0; i < 3; i++) hand.segment();
  hand.start();
  hand.part();
  hand.part();
  await settled();
  return { ...made, hand };
};

describe('blocking reload (DESIGN 4, rule 4)', () => {
  it('without directives the current playlist is given at once', async () => {
    const { rendition } = await running();
    const text = textOf(await ask(rendition));
    expect(checkMediaPlaylist(text)).toEqual([]);
    expect(readMediaPlaylist(text).hint).toBe('3.2.m4s');
  });

  it('fault 27: _HLS_part without _HLS_msn is refused', async () => {
    const { rendition } = await running();
    expect(await ask(rendition, { part: 1 })).toMatchObject({ kind: 'badDirective' });
  });

  it('_HLS_msn alone waits for the whole segment', async () => {
    const { rendition, hand } = await running();
    const answer = watch(ask(rendition, { msn: 3 }));
    hand.part();
    await settled();
    expect(answer.value).toBeUndefined();
    hand.part();
    hand.end();
    await settled();
    expect(readMediaPlaylist(textOf(answer.value!)).segments.at(-1)).toMatchObject({
      msn: 3,
      uri: '3.m4s',
    });
  });

  it('_HLS_msn with _HLS_part waits for that part only', async () => {
    const { rendition, hand } = await running();
    const answer = watch(ask(rendition, { msn: 3, part: 2 }));
    await settled();
    expect(answer.value).toBeUndefined();
    hand.part();
    await settled();
    expect(readMediaPlaylist(textOf(answer.value!)).segments.at(-1)?.parts).toHaveLength(3);
  });

  it("a part past the segment's end waits for part 0 of the next segment", async () => {
    const { rendition, hand } = await running();
    hand.end();
    await settled();
    const answer = watch(ask(rendition, { msn: 3, part: 2 }));
    await settled();
    expect(answer.value).toBeUndefined();
    hand.start();
    await settled();
    expect(answer.value).toBeUndefined();
    hand.part();
    await settled();
    expect(readMediaPlaylist(textOf(answer.value!)).segments.at(-1)).toMatchObject({
      msn: 4,
      uri: undefined,
    });
  });

  it('a request for a part that the segment turns out not to have goes on waiting for part 0 of the next', async () => {
    const { rendition, hand } = await running();
    const answer = watch(ask(rendition, { msn: 3, part: 3 }));
    hand.part();
    hand.end();
    await settled();
    expect(answer.value).toBeUndefined();
    hand.start();
    hand.part();
    await settled();
    expect(readMediaPlaylist(textOf(answer.value!)).segments.at(-1)?.msn).toBe(4);
  });

  it('fault 28: msn > last + 2 is refused, last + 2 is held', async () => {
    const { rendition } = await running();
    expect(await ask(rendition, { msn: 5 })).toMatchObject({ kind: 'badDirective' });
    const gone = new AbortController();
    const held = watch(ask(rendition, { msn: 4 }, gone.signal));
    await settled();
    expect(held.value).toBeUndefined();
    gone.abort();
  });

  it('a part beyond the advance part limit of 3 s is refused, one just within it is held', async () => {
    const { rendition } = await running();
    expect(await ask(rendition, { msn: 3, part: 11 })).toMatchObject({ kind: 'badDirective' });
    expect(await ask(rendition, { msn: 4, part: 9 })).toMatchObject({ kind: 'badDirective' });
    const gone = new AbortController();
    const held = watch(ask(rendition, { msn: 3, part: 10 }, gone.signal));
    await settled();
    expect(held.value).toBeUndefined();
    gone.abort();
  });

  it('fault 30: an old msn gets the current playlist at once', async () => {
    const { rendition } = await running({ windowSeconds: 3 });
    const playlist = readMediaPlaylist(textOf(await ask(rendition, { msn: 0, part: 2 })));
    expect(playlist.mediaSequence).toBe(1);
    expect(playlist.segments.at(-1)?.msn).toBe(3);
  });

  it('fault 29: a held request ends after 3 target durations, none is left, and polling stays cheap', async () => {
    const { rendition } = await running();
    const held = watch(ask(rendition, { msn: 3, part: 2 }));
    await vi.advanceTimersByTimeAsync(11_999);
    expect(held.value).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2);
    expect(held.value).toEqual({ kind: 'timeout' });
    expect(rendition.waiting).toBe(0);
    const [first, second] = [await ask(rendition), await ask(rendition)];
    expect(
      first.kind === 'playlist' && second.kind === 'playlist' && first.rendered === second.rendered,
    ).toBe(true);
  });

  it('after ENDLIST directives are ignored, and who waited gets the ended playlist', async () => {
    const { rendition } = await running();
    const held = watch(ask(rendition, { msn: 3, part: 5 }));
    await rendition.end();
    await settled();
    const ended = readMediaPlaylist(textOf(held.value!));
    expect(ended).toMatchObject({ ended: true, hint: undefined });
    expect(ended.segments.at(-1)?.uri).toBe('3.m4s');
    for (const directives of [{ part: 4 }, { msn: 999 }, { msn: 3, part: 900 }, { msn: 1, skip: true }])
      expect(readMediaPlaylist(textOf(await ask(rendition, directives))).ended).toBe(true);
  });

  it('everyone who waits gets the same buffer, rendered once', async () => {
    const { rendition, hand } = await running();
    const held = Array.from({ length: 50 }, () => watch(ask(rendition, { msn: 3, part: 2 })));
    hand.part();
    await settled();
    const bodies = new Set(held.map(({ value }) => value?.kind === 'playlist' && value.rendered.body));
    expect(bodies.size).toBe(1);
  });

  it('a client that goes is dropped from the waiting at once, and the waiting is bounded', async () => {
    const { rendition } = await running({ maxWaiters: 3 });
    const gone = new AbortController();
    const held = [1, 2, 3].map(() => watch(ask(rendition, { msn: 3, part: 2 }, gone.signal)));
    expect(rendition.waiting).toBe(3);
    expect(await ask(rendition, { msn: 3, part: 2 })).toEqual({ kind: 'timeout' });
    gone.abort();
    await settled();
    expect(rendition.waiting).toBe(0);
    expect(held.map(({ value }) => value?.kind)).toEqual(['timeout', 'timeout', 'timeout']);
  });

  it('a request before anything is published waits for the first part', async () => {
    const { rendition } = newRendition();
    const held = watch(ask(rendition));
    await settled();
    expect(held.value).toBeUndefined();
    rendition.init(testInit());
    const hand = new Hand(rendition);
    hand.start();
    hand.part();
    await settled();
    expect(readMediaPlaylist(textOf(held.value!)).segments).toHaveLength(1);
  });

  it('closing lets go of everyone who waits', async () => {
    const { rendition, recording } = await running();
    const held = watch(ask(rendition, { msn: 3, part: 2 }));
    await rendition.close();
    await rendition.close();
    await settled();
    expect(held.value).toEqual({ kind: 'timeout' });
    expect(recording).toMatchObject({ closed: true, ended: false });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fault 95: a server that is about to stop answers whoever is held, and holds nobody any more', async () => {
    const { rendition } = await running();
    const held = watch(ask(rendition, { msn: 3, part: 2 }));
    rendition.dismiss();
    await settled();
    expect(held.value).toEqual({ kind: 'timeout' });
    expect(await ask(rendition, { msn: 3, part: 2 })).toEqual({ kind: 'timeout' });
  });
});

describe('the hinted part (RFC 8216bis 4.4.5.3)', () => {
  it('a request for it is held until it exists', async () => {
    const { rendition, hand } = await running();
    const held = watch(rendition.readPart(3, 2, never));
    await settled();
    expect(held.value).toBeUndefined();
    const made = hand.part();
    await settled();
    expect(held.value).toEqual(made.bytes);
  });

  it('a part that is not hinted does not exist', async () => {
    const { rendition } = await running();
    expect(await rendition.readPart(3, 3, never)).toBeUndefined();
    expect(await rendition.readPart(9, 0, never)).toBeUndefined();
    expect(await rendition.readPart(1, 6, never)).toBeUndefined();
  });

  it('when the segment ends without it, who waits is told that it does not exist', async () => {
    const { rendition, hand } = await running();
    let ended = false;
    void rendition.readPart(3, 2, never).then((bytes) => {
      expect(bytes).toBeUndefined();
      ended = true;
    });
    await settled();
    expect(ended).toBe(false);
    hand.end();
    await settled();
    expect(ended).toBe(true);
  });
});

describe('publishing', () => {
  it('the last part and its EXTINF appear in one rendering (rule 3)', async () => {
    const { rendition, hand } = await running();
    const held = watch(ask(rendition, { msn: 3, part: 2 }));
    hand.part();
    hand.end();
    await settled();
    expect(readMediaPlaylist(textOf(held.value!)).segments.at(-1)).toMatchObject({ uri: '3.m4s' });
  });

  it('fault 93: a disk that takes 500 ms delays no part by more than 120 ms, and the order is kept', async () => {
    const { rendition, recording, hand } = await running();
    recording.disk = () => new Promise((resolve) => setTimeout(() => resolve(true), 500));
    const [first, second] = [
      watch(ask(rendition, { msn: 3, part: 2 })),
      watch(ask(rendition, { msn: 3, part: 3 })),
    ];
    hand.part();
    await vi.advanceTimersByTimeAsync(60);
    hand.part();
    await vi.advanceTimersByTimeAsync(59);
    expect(first.value).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2);
    expect(first.value?.kind).toBe('playlist');
    expect(second.value).toBeUndefined();
    await vi.advanceTimersByTimeAsync(60);
    expect(second.value?.kind).toBe('playlist');
  });

  it('fault 88: with a full disk viewers read from memory, and what has left memory is listed as a gap', async () => {
    const stored: boolean[] = [];
    const { rendition, recording } = newRendition({
      memoryBytes: 4000,
      onStored: (_msn, ok) => stored.push(ok),
    });
    rendition.init(testInit());
    recording.disk = () => Promise.resolve(false);
    const hand = new Hand(rendition);
    const first = hand.segment();
    await settled();
    expect(await rendition.readSegment(0)).toEqual(Buffer.concat(first.map((part) => part.bytes)));
    for (let i = 0; i < 9; i++) hand.segment();
    await settled();
    recording.disk = () => Promise.resolve(true);
    hand.segment();
    await settled();
    const text = textOf(await ask(rendition));
    expect(checkMediaPlaylist(text)).toEqual([]);
    expect(readMediaPlaylist(text).segments.map((segment) => segment.gap)).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(await rendition.readSegment(0)).toBeUndefined();
    expect(await rendition.readSegment(9)).toHaveLength(600);
    expect(rendition.segments.heldBytes).toBeLessThanOrEqual(4000);
    expect(stored).toEqual([...Array(10).fill(false), true]);
  });

  it('fault 35: every listed segment and part can be fetched, from memory or through the recording', async () => {
    const { rendition, recording } = newRendition({ memorySeconds: 4 });
    rendition.init(testInit());
    const hand = new Hand(rendition);
    const made = Array.from({ length: 12 }, () => hand.segment());
    await settled();
    expect(rendition.segments.heldBytes).toBeLessThan(2000);
    for (const segment of readMediaPlaylist(textOf(await ask(rendition))).segments) {
      const whole = Buffer.concat(made[segment.msn]!.map((part) => part.bytes));
      expect(await rendition.readSegment(segment.msn)).toEqual(whole);
      for (const [i, part] of made[segment.msn]!.entries())
        expect(await rendition.readPart(segment.msn, i, never)).toEqual(part.bytes);
    }
    const before = recording.reads;
    const together = await Promise.all(Array.from({ length: 20 }, () => rendition.readSegment(2)));
    expect(recording.reads - before).toBeLessThanOrEqual(1);
    expect(new Set(together).size).toBe(1);
  });

  it('fault 35: parts listed when the run ended are still there when it is opened from its recording', async () => {
    const { rendition, recording } = newRendition();
    rendition.init(testInit());
    const hand = new Hand(rendition);
    const made = Array.from({ length: 3 }, () => hand.segment());
    await settled();
    await rendition.end();
    const past = newRendition({ recording, recorded: { ...recording.read(), ended: true } }).rendition;
    for (const [msn, parts] of made.entries()) {
      for (const [i, part] of parts.entries()) expect(await past.readPart(msn, i, never)).toEqual(part.bytes);
      expect(await past.readPart(msn, parts.length, never)).toBeUndefined();
    }
    expect(textOf(await ask(past))).not.toContain('#EXT-X-PART:');
  });

  it('the live playlist lists the last 30 minutes, parts only of the last 3 target durations', async () => {
    const { rendition } = newRendition({ windowSeconds: 60 });
    rendition.init(testInit());
    const hand = new Hand(rendition);
    for (let i = 0; i < 50; i++) hand.segment();
    await settled();
    const text = textOf(await ask(rendition));
    expect(checkMediaPlaylist(text)).toEqual([]);
    const { segments, mediaSequence } = readMediaPlaylist(text);
    expect(mediaSequence).toBe(50 - segments.length);
    expect(segments.length * 1.92).toBeGreaterThanOrEqual(60);
    expect(segments.length * 1.92).toBeLessThan(64);
    expect(segments.filter((segment) => segment.parts.length > 0)).toHaveLength(7);
  });

  it('a delta update skips what is beyond 6 target durations and nothing nearer (rule 3)', async () => {
    const { rendition } = newRendition();
    rendition.init(testInit());
    const hand = new Hand(rendition);
    for (let i = 0; i < 40; i++) hand.segment();
    await settled();
    const [full, delta] = [textOf(await ask(rendition)), textOf(await ask(rendition, { skip: true }))];
    expect(checkMediaPlaylist(delta, full)).toEqual([]);
    expect(readMediaPlaylist(delta)).toMatchObject({ skipped: 27, mediaSequence: 0 });
    expect(delta.length).toBeLessThan(full.length);
  });

  it('the standard tier lists whole segments only, without parts or hint', async () => {
    const { rendition } = await running();
    const text = textOf(await ask(rendition, { tier: 'standard' }));
    expect(checkMediaPlaylist(text)).toEqual([]);
    expect(text).not.toMatch(/PART|PRELOAD/);
    expect(readMediaPlaylist(text).segments.map((segment) => segment.msn)).toEqual([0, 1, 2]);
  });

  it('a segment that never existed is listed as a gap and keeps the numbers aligned', async () => {
    const { rendition, hand } = await running();
    hand.end();
    hand.gap(1.92);
    hand.segment();
    await settled();
    const text = textOf(await ask(rendition));
    expect(checkMediaPlaylist(text)).toEqual([]);
    expect(readMediaPlaylist(text).segments[4]).toMatchObject({ msn: 4, gap: true, duration: 1.92 });
    expect(await rendition.readSegment(4)).toBeUndefined();
  });

  it('media out of order is dropped: numbers never go back (rule 5)', async () => {
    const { rendition, hand } = await running();
    hand.msn = 1;
    hand.start();
    hand.part();
    await settled();
    expect(readMediaPlaylist(textOf(await ask(rendition))).segments.at(-1)).toMatchObject({ msn: 3 });
    expect(rendition.nextMsn).toBe(4);
  });
});

describe('restart', () => {
  it('fault 86: goes on with the next msn, an open segment is closed as it stands, earlier bytes are the same', async () => {
    const { recording, rendition: old, hand: before } = await running();
    const text = textOf(await ask(old));
    const { rendition } = newRendition({ recording, recorded: recording.read() });
    const restored = textOf(await ask(rendition));
    expect(checkMediaPlaylist(restored, text)).toEqual([]);
    expect(rendition.nextMsn).toBe(4);
    expect(rendition.nextInit).toBe(1);
    expect(readMediaPlaylist(restored)).toMatchObject({ hint: '4.0.m4s' });
    rendition.init(testInit(1));
    const hand = new Hand(rendition, { msn: 4, time: before.time });
    hand.init = 1;
    hand.segment(6, true);
    await settled();
    const later = textOf(await ask(rendition));
    expect(checkMediaPlaylist(later, restored)).toEqual([]);
    expect(readMediaPlaylist(later).segments.at(-1)).toMatchObject({
      discontinuity: true,
      map: 'init-1.mp4',
    });
    expect(await rendition.readSegment(1)).toEqual(await old.readSegment(1));
    expect(await rendition.readPart(3, 1, never)).toEqual(await old.readPart(3, 1, never));
  });

  it('a segment that a crash left without any part is started again', async () => {
    const { recording, rendition: old, hand } = await running();
    hand.end();
    hand.start();
    await settled();
    void old;
    const { rendition } = newRendition({ recording, recorded: recording.read() });
    expect(rendition.nextMsn).toBe(4);
  });

  it('an ended run is served with ENDLIST', async () => {
    const { recording, rendition: old } = await running();
    await old.end();
    const { rendition } = newRendition({ recording, recorded: recording.read() });
    expect(rendition.ended).toBe(true);
    const text = textOf(await ask(rendition, { msn: 77 }));
    expect(checkMediaPlaylist(text)).toEqual([]);
    expect(readMediaPlaylist(text).ended).toBe(true);
  });
});

describe('taps', () => {
  it('a tap reads the init in force, then from the next segment on; one that throws is removed', async () => {
    const { rendition, hand } = await running();
    const heard: string[] = [];
    const untap = rendition.tap({
      init: (init) => heard.push(`init ${init.k}`),
      startSegment: (start) => heard.push(`start ${start.msn}`),
      part: (part) => heard.push(`part ${part.msn}.${part.index}`),
      endSegment: (msn) => heard.push(`end ${msn}`),
      gap: (start) => heard.push(`gap ${start.msn}`),
      ended: () => heard.push('ended'),
    });
    const bad = () => {
      throw new Error('broken tap');
    };
    rendition.tap({ init: () => {}, startSegment: bad, part: bad, endSegment: bad, gap: bad, ended: bad });
    hand.part();
    hand.end();
    hand.segment(2);
    hand.gap();
    await settled();
    await rendition.end();
    expect(heard).toEqual(['init 0', 'start 4', 'part 4.0', 'part 4.1', 'end 4', 'gap 5', 'ended']);
    untap();
  });
});
