/**
 * `kill -9` of the server at random moments while live, with an encoder that connects again and viewers that never stop
 * asking: what was lost, how long until the next part, and whether anything published before has changed.
 */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Now } from '#contracts/now.ts';
import { type DemoProcess, startDemo } from '#tests/harness/demo-process.ts';
import { until } from '#tests/harness/until.ts';
import { type CheckedSegment, checkMediaPlaylist, readMediaPlaylist } from '#tests/interop/playlist-check.ts';
import { benchFolder, endOrphanedDatabase, removeFolder } from './folder.ts';
import type { BenchOptions } from './main.ts';
import { digestOf, type GivenPart, PartLog } from './part-log.ts';
import { type BenchResult, median, quantile, round } from './report.ts';
import { startPusher } from './tape/pusher.ts';
import { recordTape } from './tape/recorder.ts';

const renditions = ['source', 'audio'] as const;
/** The kill comes so long after the first new part, at random, ms. */
const [killAfter, killWithin] = [200, 2800];
/** Segments read again after each kill; all of them at the end. */
const newestSegments = 4;

type Round = {
  /** Ms from the kill. */
  readonly readyMs: number;
  readonly firstPartMs: number;
  /** Ms from starting the new process to the first new part. */
  readonly firstPartFromStartMs: number;
  /** Of each rendition: parts a viewer had been given that are not there any more. */
  readonly lostParts: readonly number[];
  /** Media from the end of what survived to the kill, ms: made into a part or not. */
  readonly lostMs: number;
  readonly problems: readonly string[];
};

export async function recover({ quick, say }: BenchOptions): Promise<BenchResult> {
  const rounds = quick ? 5 : 50;
  const folder = await benchFolder('recover');
  const data = join(folder, 'data');
  const closers: (() => Promise<void>)[] = [];
  let demo: DemoProcess | undefined;
  try {
    const tape = join(folder, 'tape.flv');
    await recordTape(tape, { kbps: 1500, size: '1280x720' });
    demo = await startDemo(data);
    const { info } = demo;
    const ports = ['--port', new URL(info.apiBase).port, '--rtmp-port', portOf(info.rtmpUrl)];
    const pusher = await startPusher(tape);
    closers.push(() => pusher.close());
    await pusher.push(`${info.rtmpUrl}/${info.streamKey}`, { reconnect: true });
    const now = await until(() => published(info.mediaBase), { seconds: 30, what: 'a published source' });
    const logs = renditions.map((name) => new PartLog(`${info.mediaBase}/runs/${now.run}/program/${name}/`));
    closers.push(...logs.map((log) => () => log.close()));
    await until(() => logs.every((log) => log.given.size > 3), { seconds: 20, what: 'the first parts' });

    const done: Round[] = [];
    for (let i = 1; i <= rounds; i++) {
      await wait(killAfter + Math.random() * killWithin);
      const killedAt = performance.now();
      const killedEpoch = Date.now();
      await demo.stop('SIGKILL');
      const before = logs.map(stateOf);
      const startedAt = performance.now();
      demo = await startDemo(data, ['--no-source', ...ports]);
      const readyMs = performance.now() - killedAt;
      const first = await firstNewParts(logs, killedEpoch);
      const problems: string[] = [];
      const after = (await published(info.mediaBase))?.run;
      if (after !== now.run) problems.push(`the run changed from ${now.run} to ${after}`);
      const losses = await Promise.all(
        logs.map((log, r) => compare(log, before[r] ?? stateOf(log), killedEpoch, problems)),
      );
      done.push({
        readyMs,
        firstPartMs: first - killedAt,
        firstPartFromStartMs: first - startedAt,
        lostParts: losses.map(({ parts }) => parts),
        lostMs: Math.max(...losses.map(({ ms }) => ms)),
        problems,
      });
      const last = done.at(-1);
      if (last)
        say(
          `${i}/${rounds}: answers ${round(last.readyMs / 1000, 2)} s, first new part ${round(last.firstPartMs / 1000, 2)} s after the kill, ${last.lostParts.join(' and ')} parts lost${last.problems.map((text) => `; ${text}`).join('')}`,
        );
    }
    for (const log of logs) await log.close();
    const later: string[] = [];
    let gone = 0;
    for (const log of logs) {
      const finished =
        readMediaPlaylist(log.playlist).segments.findLast(({ uri }) => uri !== undefined)?.msn ?? -1;
      const whole = [...log.given.values()].filter((part) => msnOf(part) <= finished);
      gone += await reread(log, whole, later);
    }
    return result(done, gone, later);
  } finally {
    for (const close of closers.reverse()) await close();
    // A kill by SIGTERM, so that the database ends too.
    await demo?.stop();
    await endOrphanedDatabase(data);
    await removeFolder(folder);
  }
}

const portOf = (rtmpUrl: string): string => new URL(rtmpUrl.replace('rtmp:', 'http:')).port;

async function published(mediaBase: string): Promise<Now | undefined> {
  const answer = await fetch(`${mediaBase}/now.json`).catch(() => undefined);
  if (!answer?.ok) return undefined;
  const now = (await answer.json()) as Now;
  return now.tracks.program?.renditions.includes('source') ? now : undefined;
}

type State = { readonly playlist: string; readonly given: readonly GivenPart[] };
/** What a viewer had at this moment. */
const stateOf = (log: PartLog): State => ({ playlist: log.playlist, given: [...log.given.values()] });

/** performance.now() when the later of the renditions gave the first part of media that arrived after the kill. */
async function firstNewParts(logs: readonly PartLog[], killedEpoch: number): Promise<number> {
  const find = (log: PartLog): GivenPart | undefined => {
    const fresh = readMediaPlaylist(log.playlist).segments.find(
      // The number left out after a crash lies where the last part ended, which may be a moment after the kill.
      ({ dateTime = 0, gap }) => !gap && dateTime >= killedEpoch,
    );
    return fresh && log.given.get(`${fresh.msn}.0`);
  };
  const found = await until(
    () => {
      const parts = logs.map(find);
      return parts.every((part) => part !== undefined) && parts;
    },
    {
      seconds: 30,
      everyMs: 10,
      what: () =>
        logs
          .map(
            (log) =>
              `a new part of ${log.base} (killed at ${new Date(killedEpoch).toISOString()}; last refusals ${log.refusals.slice(-3).join(', ')}; playlist ends in ${log.playlist.slice(-1500)})`,
          )
          .join('\n'),
    },
  );
  return Math.max(...found.map((part) => part?.at ?? Number.NaN));
}

type Loss = { readonly parts: number; readonly ms: number };

/** The playlist now against that of before; and the newest segments byte by byte. */
async function compare(log: PartLog, before: State, killedEpoch: number, problems: string[]): Promise<Loss> {
  const text = await (await fetch(`${log.base}live.m3u8`)).text();
  const top = Math.max(-1, ...before.given.map(msnOf));
  // What is missing of the segment that was being made is counted as loss, not as a broken rule.
  const lossOfLast = new RegExp(`^segment ${top}(: part \\d+ changed or went away| went away)`);
  problems.push(...checkMediaPlaylist(text, before.playlist).filter((problem) => !lossOfLast.test(problem)));
  const parts = await reread(
    log,
    before.given.filter((part) => msnOf(part) > top - newestSegments),
    problems,
  );
  const survivors = readMediaPlaylist(text).segments.filter(
    ({ dateTime = 0, gap }) => dateTime < killedEpoch && !gap,
  );
  return { parts, ms: killedEpoch - endOf(survivors.at(-1)) };
}

/** Parts that are gone; those that changed are problems. A segment is its parts one after the other. */
async function reread(log: PartLog, given: readonly GivenPart[], problems: string[]): Promise<number> {
  let gone = 0;
  for (const [msn, list] of Map.groupBy(given, msnOf)) {
    // A viewer that came in the middle cannot say where its parts lie.
    if (list.some(({ name }, i) => name !== `${msn}.${i}`)) continue;
    const answer = await fetch(`${log.base}${msn}.m4s`);
    const whole = answer.ok ? Buffer.from(await answer.arrayBuffer()) : Buffer.alloc(0);
    if (!answer.ok) await answer.body?.cancel();
    let at = 0;
    for (const part of list) {
      const bytes = whole.subarray(at, at + part.bytes);
      at += part.bytes;
      if (bytes.length < part.bytes) gone++;
      else if (digestOf(bytes) !== part.digest)
        problems.push(`part ${part.name} has other bytes than before`);
    }
  }
  return gone;
}

const msnOf = ({ name }: GivenPart): number => Number(name.split('.')[0]);
const endOf = (segment: CheckedSegment | undefined): number =>
  segment
    ? (segment.dateTime ?? Number.NaN) +
      1000 * (segment.duration ?? segment.parts.reduce((sum, part) => sum + part.duration, 0))
    : Number.NaN;

function result(
  rounds: readonly Round[],
  lostAtTheEnd: number,
  laterProblems: readonly string[],
): BenchResult {
  const of = (key: 'readyMs' | 'firstPartMs' | 'firstPartFromStartMs' | 'lostMs') =>
    rounds.map((one) => one[key]);
  const seconds = (values: readonly number[]) => ({
    p50: round(median(values) / 1000),
    max: round(quantile(values, 1) / 1000),
  });
  const problems = [...rounds.flatMap((one) => one.problems), ...laterProblems];
  const lost = rounds.flatMap(({ lostParts }) => lostParts);
  const mostGone = lost.reduce((sum, parts) => sum + parts, 0);
  return {
    name: 'recover',
    repetitions: `${rounds.length} kills at random moments`,
    figures: {
      secondsToAnswering: seconds(of('readyMs')),
      secondsToFirstNewPartFromKill: seconds(of('firstPartMs')),
      secondsToFirstNewPartFromStart: seconds(of('firstPartFromStartMs')),
      secondsOfMediaLost: seconds(of('lostMs')),
      killsThatLostAGivenPart: rounds.filter(({ lostParts }) => lostParts.some((parts) => parts > 0)).length,
      partsLostInAll: mostGone,
      problems: [...new Set(problems)].slice(0, 20),
    },
    goals: [
      {
        what: 'parts lost at one kill of one rendition, most',
        value: Math.max(...lost),
        goal: 1,
        rule: '<=',
        unit: 'parts',
      },
      {
        what: 'first new part after the kill, slowest',
        value: quantile(of('firstPartMs'), 1) / 1000,
        goal: 5,
        rule: '<=',
        unit: 's',
      },
      {
        what: 'broken rules: msn or run went back, playlist wrong, bytes changed',
        value: problems.length,
        goal: 0,
        rule: '<=',
        unit: '',
      },
      {
        what: 'parts missing at the end that were not lost at their kill',
        value: Math.max(0, lostAtTheEnd - mostGone),
        goal: 0,
        rule: '<=',
        unit: 'parts',
      },
    ],
    notes: [
      'a lost part is one that a viewer had been given whole and that its segment no longer holds; all parts are read again after each kill (newest segments) and at the end (all)',
      'first new part: when both source and sound of media that arrived after the kill had reached a viewer, with the start of the new process, the encoder connecting again (it tries every 50 ms) and its first 0.334 s',
      'media lost: from the end of what is on record to the kill, by PROGRAM-DATE-TIME; it includes the part that was being made',
    ],
  };
}
