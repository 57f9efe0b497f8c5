/** `rostrum serve`: the production server. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../config.ts';
import { ConfigError, describeVariables, type Environment } from '../env.ts';
import { startLive } from '../live/live-server.ts';
import { createLogger } from '../log.ts';
import { startServer } from '../start.ts';
import { version } from '../version.ts';
import { takeStopSignal, untilStopped } from './until-stopped.ts';

export async function serve(args: string[], env: Environment): Promise<number> {
  const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } }, strict: true });
  if (values.help) {
    process.stdout.write(`rostrum serve\n\n${describeVariables()}\n`);
    return 0;
  }
  const config = readConfig(env);
  refuseDemo(config.dataDir);
  const log = createLogger(config.logLevel);
  log.info({ version, node: process.version }, 'starting');
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a failure nobody waited for'));
  const signal = takeStopSignal(log);
  const server = await startServer({ config, live: startLive, log });
  if (server.admin.password !== undefined && config.auth.adminPassword === undefined) {
    log.info(
      { email: server.admin.email, file: join(config.dataDir, 'secrets/admin-password') },
      'the first password of the administrator is in this file',
    );
  }
  await untilStopped(server.close, signal);
  return 0;
}

/** A demo's password is in a file and its venue is open to all: not a thing to put on a network. */
export function refuseDemo(dataDir: string): void {
  if (existsSync(join(dataDir, 'demo.json')) || existsSync(join(dataDir, '.demo')))
    throw new ConfigError([
      `ROSTRUM_DATA_DIR must not be the folder of a demo (got ${JSON.stringify(dataDir)})`,
    ]);
}
