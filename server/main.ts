/** `./rostrum <command>`: each command is loaded when it is called. Exit codes: 0 done, 1 failed, 2 called wrongly. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { ConfigError, describeVariables } from './env.ts';
import { version } from './version.ts';

// Halves the time to start; in our own folder, for what is in the shared temporary one may be somebody else's.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compiled'));

type Command = {
  readonly about: string;
  readonly run: (args: string[]) => Promise<number> | number;
};

const commands: Readonly<Record<string, Command>> = {
  demo: {
    about: 'a server with a synthetic lecture, to look at (--port --rtmp-port --data-dir --no-source)',
    run: async (args) => (await import('./cli/demo.ts')).demo(args),
  },
  serve: {
    about: 'the server, configured by ROSTRUM_* variables (serve --help lists them)',
    run: async (args) => (await import('./cli/serve.ts')).serve(args, process.env),
  },
  backup: {
    about: 'backup FILE [--without-media]: database, settings and recordings into one file',
    run: async (args) => (await import('./cli/backup.ts')).backup(args, process.env),
  },
  deck: {
    about: 'deck FILE --out DIR [--json]: a slide deck to page images, text and notes',
    run: async (args) => (await import('./cli/deck.ts')).deck(args),
  },
  restore: {
    about: 'restore FILE [--force]: the other way, into an empty data folder',
    run: async (args) => (await import('./cli/restore.ts')).restore(args, process.env),
  },
  test: {
    about: 'every test there is; the last line is `N passed, N failed`',
    run: async (args) => (await import('../tests/run.ts')).runTests(args),
  },
  bench: {
    about: 'bench [name…] [--json] [--minutes N]: measures, fails when a goal is missed',
    run: async (args) => (await import('../bench/main.ts')).runBench(args),
  },
};

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`rostrum: ${text}\n`);

function usage(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { about }]) => `  ${name.padEnd(width)}  ${about}`);
  return `Rostrum ${version}\n\nrostrum <command>\n${lines.join('\n')}\n\nVariables of serve, backup and restore:\n${describeVariables()}`;
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === '--version' || name === '-v') say(version);
  else if (name === undefined || name === '--help' || name === '-h' || name === 'help') say(usage());
  else {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) {
      complain(`no command is called ${JSON.stringify(name)} (--help lists them)`);
      return 2;
    }
    return command.run(args);
  }
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof ConfigError) {
    for (const problem of error.problems) complain(problem);
    process.exitCode = 2;
  } else {
    complain(
      error instanceof Error
        ? process.env.ROSTRUM_LOG_LEVEL === 'debug'
          ? `${error.stack}`
          : error.message
        : String(error),
    );
    process.exitCode = 1;
  }
}
