/** The synthetic encoder as a process: `node bench/source/main.ts --url rtmp://…` (flags in settings.ts). Ends on SIGTERM, SIGINT, or when its parent is gone. */
import { silence } from '#media/transcode/codecs.ts';
import { push, Stage } from './push.ts';
import { settingsFromArgs } from './settings.ts';
import type { SourceReport } from './source.ts';

const firstPauseMs = 250;
const longestPauseMs = 4_000;
/** The connection is ended politely (deleteStream) within this time. */
const farewellMs = 1_500;

const ending = new AbortController();

function end(): void {
  if (ending.signal.aborted) return;
  ending.abort();
  setTimeout(() => process.exit(0), farewellMs);
}

function report(message: SourceReport): void {
  if (process.connected) process.send?.(message);
  else if (!process.send) process.stderr.write(`${message.state} ${message.detail}\n`);
}

async function main(): Promise<void> {
  const settings = settingsFromArgs(process.argv.slice(2));
  silence();
  const stage = new Stage(settings);
  const over = (): boolean =>
    settings.seconds > 0 && performance.now() - stage.startedAt >= settings.seconds * 1000;
  let pauseMs = firstPauseMs;
  while (!ending.signal.aborted && !over()) {
    report({ state: 'connecting', detail: '' });
    try {
      await push(stage, ending.signal, () => {
        pauseMs = firstPauseMs;
        report({ state: 'pushing', detail: '' });
      });
    } catch (error) {
      report({ state: 'lost', detail: error instanceof Error ? error.message : String(error) });
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      pauseMs = Math.min(longestPauseMs, pauseMs * 2);
    }
  }
}

process.on('SIGTERM', end);
process.on('SIGINT', end);
process.on('disconnect', end);
main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
