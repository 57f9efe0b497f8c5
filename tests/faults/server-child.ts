/** A server in a process of its own, for tests that kill it: `node server-child.ts <data folder>` prints one JSON line when it is up. */
import { takeStopSignal, untilStopped } from '#server/cli/until-stopped.ts';
import { createLogger } from '#server/log.ts';
import { startTestServer } from './server-double.ts';

const [dataDir = ''] = process.argv.slice(2);
const signal = takeStopSignal(createLogger('silent'));
try {
  const { server } = await startTestServer(
    {},
    {
      dataDir,
      // A held request that nobody answers, the worst case of a stop.
      media: (request) => request.url?.startsWith('/media/held') === true,
    },
  );
  process.stdout.write(`${JSON.stringify({ port: server.httpPort })}\n`);
  await untilStopped(server.close, signal);
  process.stdout.write('ended\n');
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
