/** `./rostrum bench [name…] [--json] [--minutes N]`: measures, and exits non-zero when a goal is missed. */
import { type BenchResult, machine, printed, reached } from './report.ts';

export type BenchOptions = {
  /** Scales the long ones; undefined uses each bench's own length. */
  readonly minutes: number | undefined;
  /** A quick look instead of the full repetitions; goals still count. */
  readonly quick: boolean;
  readonly say: (text: string) => void;
};
type Bench = { readonly about: string; readonly run: (options: BenchOptions) => Promise<BenchResult> };

const benches: Record<string, Bench> = {
  latency: {
    about: 'glass to glass in Chromium, read from the picture',
    run: async (o) => (await import('./latency.ts')).latency(o),
  },
  join: { about: 'watch page opened to first frame', run: async (o) => (await import('./join.ts')).join(o) },
  ingest: {
    about: 'CPU of each further 4 Mbit/s venue beside ffmpeg -c copy',
    run: async (o) => (await import('./ingest.ts')).ingest(o),
  },
  deliver: {
    about: 'held playlists and parts to many clients, beside nginx',
    run: async (o) => (await import('./deliver.ts')).deliver(o),
  },
  fanout: {
    about: 'events to 1,000 and 5,000 viewers, beside a bare ws broadcast',
    run: async (o) => (await import('./fanout.ts')).fanout(o),
  },
  recover: {
    about: 'kill -9 at random moments while live',
    run: async (o) => (await import('./recover.ts')).recover(o),
  },
  'replay-ready': {
    about: "cut to first frame of the talk's replay",
    run: async (o) => (await import('./replay-ready.ts')).replayReady(o),
  },
  deck: {
    about: 'decks to pages: first page, further pages, memory, bytes',
    run: async (o) => (await import('./deck.ts')).deck(o),
  },
  bytes: {
    about: 'slides as data beside the same slides as video',
    run: async (o) => (await import('./bytes.ts')).bytes(o),
  },
  flip: {
    about: 'page and ink on the screen beside the picture of the same moment, with delays before the server',
    run: async (o) => (await import('./flip.ts')).flip(o),
  },
  access: {
    about: 'passes checked a second; media with a pass beside public',
    run: async (o) => (await import('./access.ts')).access(o),
  },
  programme: {
    about: 'a congress of 2,000 talks: import, page load, drag, a change seen by 1,000 pages',
    run: async (o) => (await import('./programme.ts')).programme(o),
  },
  delegates: {
    about: 'a delegate list of 200,000 people imported: seconds and memory',
    run: async (o) => (await import('./delegates.ts')).delegates(o),
  },
  soak: {
    about: 'memory, handles and lag over minutes (--minutes N)',
    run: async (o) => (await import('./soak.ts')).soak(o),
  },
};

export async function runBench(args: readonly string[]): Promise<number> {
  const json = args.includes('--json');
  const at = args.indexOf('--minutes');
  const minutes = at >= 0 ? Number(args[at + 1]) : undefined;
  const names = args.filter((arg, i) => !arg.startsWith('--') && !(at >= 0 && i === at + 1));
  const unknown = names.filter((name) => !(name in benches));
  if (args.includes('--help') || unknown.length > 0 || (minutes !== undefined && !(minutes > 0))) {
    for (const name of unknown) process.stderr.write(`no bench is called ${name}\n`);
    if (minutes !== undefined && !(minutes > 0))
      process.stderr.write(`--minutes must be a positive number (got ${args[at + 1]})\n`);
    process.stdout.write('rostrum bench [name…] [--json] [--minutes N] [--quick]\n');
    for (const [name, bench] of Object.entries(benches))
      process.stdout.write(`  ${name.padEnd(9)} ${bench.about}\n`);
    return args.includes('--help') ? 0 : 2;
  }
  const options: BenchOptions = {
    minutes,
    quick: args.includes('--quick'),
    say: (text) => void process.stderr.write(`${text}\n`),
  };
  const results: BenchResult[] = [];
  for (const name of names.length > 0 ? names : Object.keys(benches).filter((n) => n !== 'soak')) {
    const bench = benches[name];
    if (!bench) continue;
    options.say(`== ${name}: ${bench.about}`);
    const result = await bench.run(options);
    results.push(result);
    if (!json) process.stdout.write(`${printed(result)}\n`);
  }
  if (json)
    process.stdout.write(
      `${JSON.stringify({ machine: machine(), at: new Date().toISOString(), results }, null, 2)}\n`,
    );
  return results.every((result) => result.goals.every(reached)) ? 0 : 1;
}
