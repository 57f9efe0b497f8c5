/** Renditions driven at random by a seed; every playlist on the way is read by a checker that knows nothing of the renderer. */
import { expect, it } from 'vitest';
import { checkMediaPlaylist, readMediaPlaylist } from '#tests/interop/playlist-check.ts';
import type { Rendition } from './rendition.ts';
import { Hand, newRendition, settled, testInit } from './rendition-fixture.ts';

/** mulberry32. */
const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

const never = new AbortController().signal;
const forms = [
  { tier: 'low-latency', skip: false },
  { tier: 'low-latency', skip: true },
  { tier: 'standard', skip: false },
  { tier: 'standard', skip: true },
] as const;

const texts = async (rendition: Rendition): Promise<string[]> =>
  Promise.all(
    forms.map(async (form) => {
      const answer = await rendition.playlist({ ...form, msn: undefined, part: undefined }, never);
      if (answer.kind !== 'playlist') throw new Error(answer.kind);
      return answer.rendered.body.toString();
    }),
  );

const run = async (seed: number): Promise<void> => {
  const dice = random(seed);
  const windowSeconds = 20 + dice() * 100;
  let { rendition, recording } = newRendition({ windowSeconds, memorySeconds: 8, memoryBytes: 40_000 });
  let hand = new Hand(rendition);
  rendition.init(testInit());
  let previous: string[] | undefined;
  const check = async () => {
    await settled();
    const now = await texts(rendition);
    now.forEach((text, i) => {
      const violations = checkMediaPlaylist(text, previous?.[i]);
      if (violations.length > 0)
        throw new Error(`seed ${seed}, ${JSON.stringify(forms[i])}: ${violations.join('; ')}\n${text}`);
    });
    const [full = '', delta = ''] = now;
    const list = readMediaPlaylist(full).segments;
    expect(readMediaPlaylist(delta).segments.at(-1)?.msn).toBe(list.at(-1)?.msn);
    for (const segment of [list[0], list.at(-2)])
      if (segment?.uri && !segment.gap) expect(await rendition.readSegment(segment.msn)).toBeDefined();
    previous = now;
  };
  hand.segment();
  await check();
  const fullParts = [0.32, 0.3333333, 0.334, 0.3003];
  for (let segment = 0; segment < 60; segment++) {
    const chance = dice();
    let discontinuity = false;
    if (chance < 0.06) {
      ({ rendition } = newRendition({
        windowSeconds,
        memorySeconds: 8,
        recording,
        recorded: recording.read(),
      }));
      hand = new Hand(rendition, { msn: hand.msn, time: hand.time + dice() * 5 });
      hand.init = rendition.nextInit;
      rendition.init(testInit(hand.init));
      discontinuity = true;
      await check();
    } else if (chance < 0.1) {
      rendition.init(testInit(++hand.init));
      discontinuity = true;
    } else if (chance < 0.14) {
      hand.gap(1 + dice() * 3);
      await check();
    } else if (chance < 0.2) recording.disk = () => Promise.resolve(dice() > 0.5);
    else if (chance < 0.3) recording.disk = () => Promise.resolve(true);
    hand.start(discontinuity);
    const parts = 1 + Math.floor(dice() * 12);
    const duration = fullParts[Math.floor(dice() * fullParts.length)] ?? 0.32;
    for (let part = 0; part < parts; part++) {
      hand.part(part === parts - 1 ? duration * (0.1 + dice() * 0.9) : duration);
      if (part === parts - 1) hand.end();
      if (dice() < 0.4 || part === parts - 1) await check();
    }
  }
  await rendition.end();
  await check();
};

it.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'every playlist of a randomly driven rendition keeps the rules of RFC 8216bis and of the design (seed %i)',
  (seed) => run(seed),
  30_000,
);
