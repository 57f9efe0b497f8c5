/**
 * Events to viewers connected directly: one batch a second of about 1 KB to each, by socket and by held files, beside a bare `ws`
 * broadcast of as many bytes. Server, comparison and viewers are processes of their own.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  Received,
  SendOrder,
  ServerOrder,
  ServerWord,
  ViewerOrder,
  ViewerWord,
  Way,
} from './fanout/orders.ts';
import type { BenchOptions } from './main.ts';
import { type BenchResult, type Goal, median, round } from './report.ts';

const crowds = [1000, 5000] as const;
const bytes = 1024;
const everyMs = 1000;

const serverOf = { bare: 'bare', 'socket.io': 'socket-io', socket: 'server', files: 'server' } as const;

type Measured = Received & { readonly perCpuSecond: number; readonly missing: number };
type Case = { readonly way: Way; readonly hall: boolean };
const cases: Readonly<Record<string, Case>> = {
  bare: { way: 'bare', hall: false },
  socket: { way: 'socket', hall: false },
  'Socket.IO': { way: 'socket.io', hall: false },
  files: { way: 'files', hall: false },
  'socket, hall busy': { way: 'socket', hall: true },
};

export async function fanout({ quick, say }: BenchOptions): Promise<BenchResult> {
  const repetitions = quick ? 1 : 3;
  const count = quick ? 5 : 10;
  const measured = new Map<string, Measured[]>();
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    for (const viewers of crowds) {
      for (const [name, one] of Object.entries(cases)) {
        const found = await measure(one, viewers, count);
        const key = `${viewers} ${name}`;
        measured.set(key, [...(measured.get(key) ?? []), found]);
        say(
          `${repetition}/${repetitions}, ${viewers} viewers, ${name}: ${Math.round(found.perCpuSecond)} deliveries per CPU second, p50 ${round(found.p50, 1)} ms, p99 ${round(found.p99, 1)} ms, missing ${found.missing}`,
        );
      }
    }
  }
  return result(measured, repetitions, count);
}

async function measure({ way, hall }: Case, viewers: number, count: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'rostrum-bench-fanout-'));
  const server = start(serverOf[way], folder);
  const crowd = start('viewers');
  try {
    const { port } = await word<ServerWord, 'listen'>(server, 'listen');
    await told<ViewerWord, 'connect'>(crowd, { do: 'connect', way, port, viewers }, 'connect');
    const order: SendOrder = { do: 'send', count, everyMs, bytes, hall };
    // Once for the machine code to be made.
    await told<ServerWord, 'send'>(server, { ...order, count: 3 }, 'send');
    await told<ViewerWord, 'report'>(crowd, { do: 'report', expected: 3 * viewers }, 'report');
    const before = await told<ServerWord, 'cpu'>(server, { do: 'cpu' }, 'cpu');
    await told<ServerWord, 'send'>(server, order, 'send');
    const received = await told<ViewerWord, 'report'>(
      crowd,
      { do: 'report', expected: count * viewers },
      'report',
    );
    const after = await told<ServerWord, 'cpu'>(server, { do: 'cpu' }, 'cpu');
    const perCpuSecond = received.batches / (after.seconds - before.seconds);
    return { ...received, perCpuSecond, missing: count * viewers - received.events };
  } finally {
    await Promise.all([end(crowd), end(server)]);
    await rm(folder, { recursive: true, force: true });
  }
}

function start(name: 'server' | 'bare' | 'socket-io' | 'viewers', ...args: string[]): ChildProcess {
  const file = fileURLToPath(new URL(`./fanout/${name}.ts`, import.meta.url));
  return fork(file, args, { execArgv: ['--disable-warning=ExperimentalWarning'] });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

type Word = ServerWord | ViewerWord;
/** The next message of this kind; rejects when the process ends first. */
function word<W extends Word, D extends W['did']>(
  child: ChildProcess,
  did: D,
): Promise<Extract<W, { did: D }>> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error(`a process of the bench ended while it was to ${did}`));
    const read = (message: Word) => {
      if (message.did !== did) return;
      child.off('message', read);
      child.off('exit', gone);
      resolve(message as Extract<W, { did: D }>);
    };
    child.on('message', read);
    child.once('exit', gone);
  });
}
function told<W extends Word, D extends W['did']>(
  child: ChildProcess,
  order: ServerOrder | ViewerOrder,
  did: D,
): Promise<Extract<W, { did: D }>> {
  const answer = word<W, D>(child, did);
  child.send(order);
  return answer;
}

function result(
  measured: ReadonlyMap<string, readonly Measured[]>,
  repetitions: number,
  count: number,
): BenchResult {
  const of = (viewers: number, name: string, what: (one: Measured) => number) =>
    median((measured.get(`${viewers} ${name}`) ?? []).map(what));
  const figures: Record<string, unknown> = {};
  const goals: Goal[] = [];
  for (const viewers of crowds) {
    for (const name of Object.keys(cases))
      figures[`${viewers} viewers, ${name}`] = {
        deliveriesPerCpuSecond: Math.round(of(viewers, name, (one) => one.perCpuSecond)),
        cpuMicrosecondsPerDelivery: round(1e6 / of(viewers, name, (one) => one.perCpuSecond), 1),
        p50Ms: round(
          of(viewers, name, (one) => one.p50),
          1,
        ),
        p99Ms: round(
          of(viewers, name, (one) => one.p99),
          1,
        ),
        missing: of(viewers, name, (one) => one.missing),
      };
    // Side by side: the ratio of each repetition, then their median.
    const bare = measured.get(`${viewers} bare`) ?? [];
    const ours = measured.get(`${viewers} socket`) ?? [];
    const ratios = ours.map((one, k) => one.perCpuSecond / (bare[k]?.perCpuSecond ?? Number.NaN));
    figures[`${viewers} viewers, socket beside bare ws`] = ratios.map((ratio) => round(ratio, 2));
    goals.push(
      {
        what: `deliveries per CPU second by socket, ${viewers} viewers, beside a bare ws broadcast`,
        value: median(ratios),
        goal: 0.8,
        rule: '>=',
        unit: '×',
      },
      {
        what: `stage, accepted to received, p99, ${viewers} viewers, hall busy`,
        value: of(viewers, 'socket, hall busy', (one) => one.p99),
        goal: 300,
        rule: '<=',
        unit: 'ms',
      },
    );
    for (const name of ['socket', 'files'])
      goals.push({
        what: `events that did not come, ${viewers} viewers, ${name}`,
        value: of(viewers, name, (one) => one.missing),
        goal: 0,
        rule: '<=',
        unit: '',
      });
  }
  return {
    name: 'fanout',
    repetitions: `${repetitions} × ${count} batches, one a second of about ${bytes} bytes`,
    figures,
    goals,
    notes: [
      'Server: timeline on disk, media handler and socket of the product, without accounts and database. CPU is that of the server process, kernel time included; the viewers are another process on the same cores.',
      'Hall busy: 40 events a second in hall besides, which make one more batch a second; both streams count as deliveries there.',
      'Socket.IO: its server with transports: [websocket], no compression; the same bare viewers.',
    ],
  };
}
