/** What a timeline's `runs` stream says: when runs began, paused and ended, and what is fixed for a run. A crash is survived by reading it again. */
import { z } from 'zod';
import { trackNames } from '#contracts/media-urls.ts';

/** Name of the stream in the timeline store. */
export const runStream = 'runs';

const run = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
/** Epoch ms on the timeline. */
const at = z.number().nonnegative();

export const endReasons = ['operator', 'away', 'superseded', 'server'] as const;
export type EndReason = (typeof endReasons)[number];

export const runRecordSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run.started'), run, at, by: z.enum(['operator', 'auto']) }),
  z.object({ kind: z.literal('run.break'), run, at }),
  /** The planned break is over. */
  z.object({ kind: z.literal('run.resumed'), run, at }),
  /** The encoder went; `at` is when. */
  z.object({ kind: z.literal('run.away'), run, at }),
  z.object({ kind: z.literal('run.returned'), run, at }),
  z.object({ kind: z.literal('run.ended'), run, at, reason: z.enum(endReasons) }),
  /** TARGETDURATION of a track in seconds, fixed for the run (DESIGN 4, rule 2). */
  z.object({
    kind: z.literal('track.target'),
    run,
    at,
    track: z.enum(trackNames),
    seconds: z.number().positive(),
  }),
  /** Delay of a track's connection from the room to here, ms, set at the desk (DESIGN 5). */
  z.object({ kind: z.literal('track.delay'), run, at, track: z.enum(trackNames), ms: z.number().min(0) }),
]);
export type RunRecord = z.infer<typeof runRecordSchema>;

export const encodeRunRecord = (record: RunRecord): Buffer => Buffer.from(JSON.stringify(record));

const knownKinds = new Set<unknown>(runRecordSchema.options.map(({ shape }) => shape.kind.value));

/** Undefined for a kind a newer version wrote; throws when a known kind is malformed. */
export function decodeRunRecord(data: Buffer): RunRecord | undefined {
  const value: unknown = JSON.parse(data.toString('utf8'));
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  return knownKinds.has(kind) ? runRecordSchema.parse(value) : undefined;
}

export type ReplayedRun = {
  readonly id: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly reason: EndReason | undefined;
  /** Seconds, for each track that has published. */
  readonly targets: Readonly<Partial<Record<(typeof trackNames)[number], number>>>;
  /** Ms, newest. */
  readonly delays: Readonly<Partial<Record<(typeof trackNames)[number], number>>>;
};
export type Replayed = {
  /** `armed` is never persisted: without a run it is `off` or `ended` until an encoder comes. */
  readonly state: 'off' | 'live' | 'break' | 'away' | 'ended';
  /** The current run, or the last one when ended. */
  readonly run: string | undefined;
  /** Epoch ms at which the state began; 0 before anything happened. */
  readonly since: number;
  /** Newest time in the records; 0 without any. */
  readonly lastAt: number;
  /** Oldest first. */
  readonly runs: readonly ReplayedRun[];
};

const nothing: Replayed = { state: 'off', run: undefined, since: 0, lastAt: 0, runs: [] };

/** What the records come to. Records of a run that is not open change nothing. */
export const replay = (records: Iterable<RunRecord>): Replayed => {
  let result = nothing;
  for (const record of records)
    result = { ...follow(result, record), lastAt: Math.max(result.lastAt, record.at) };
  return result;
};

function follow(before: Replayed, record: RunRecord): Replayed {
  const open = before.runs.at(-1);
  if (record.kind === 'run.started') return started(before, record);
  if (open?.id !== record.run || open.endedAt !== undefined) return before;
  const change = (changes: Partial<ReplayedRun>): readonly ReplayedRun[] => [
    ...before.runs.slice(0, -1),
    { ...open, ...changes },
  ];
  const to = (state: Replayed['state']): Replayed => ({ ...before, state, since: record.at });
  switch (record.kind) {
    case 'run.break':
      return to('break');
    case 'run.resumed':
    case 'run.returned':
      return to('live');
    case 'run.away':
      return to('away');
    case 'run.ended':
      return { ...to('ended'), runs: change({ endedAt: record.at, reason: record.reason }) };
    case 'track.target':
      return { ...before, runs: change({ targets: { ...open.targets, [record.track]: record.seconds } }) };
    case 'track.delay':
      return { ...before, runs: change({ delays: { ...open.delays, [record.track]: record.ms } }) };
  }
}

function started(before: Replayed, { run: id, at: startedAt }: RunRecord): Replayed {
  const runs = before.runs.map((each) =>
    each.endedAt === undefined ? { ...each, endedAt: startedAt, reason: 'superseded' as const } : each,
  );
  const begun = { id, startedAt, endedAt: undefined, reason: undefined, targets: {}, delays: {} };
  return { ...before, state: 'live', run: id, since: startedAt, runs: [...runs, begun] };
}
