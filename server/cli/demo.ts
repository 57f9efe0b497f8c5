/** `rostrum demo`: a whole server on loopback with an open venue and a synthetic lecture pushed to it, to look at and to test against. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { VenueRecord } from '#conference/venue/venue.ts';
import { mediaBase, openPass } from '#contracts/media-urls.ts';
import { type Source, startSource } from '../../bench/source/source.ts';
import { type Config, readConfig } from '../config.ts';
import { ConfigError, type Environment } from '../env.ts';
import { startLive } from '../live/live-server.ts';
import { createLogger } from '../log.ts';
import { type RunningServer, startServer } from '../start.ts';
import { buildPages } from './build-pages.ts';
import { mainHall } from './demo-congress.ts';
import { seedDemo } from './demo-seed.ts';
import { type DemoLinks, startDemoShow } from './demo-show.ts';
import { takeStopSignal, untilStopped } from './until-stopped.ts';

const host = '127.0.0.1';
const infoFile = 'demo.json';
/** Marks a folder as a demo's from its first moment, before demo.json can be written. */
const markFile = '.demo';
const usage = `rostrum demo [--port N] [--rtmp-port N] [--data-dir DIR] [--no-source] [--empty]
  --port       HTTP port on loopback (8080; 0 takes any free one)
  --rtmp-port  RTMP port on loopback (1935; 0 takes any free one)
  --data-dir   folder of the demo (./data/demo)
  --no-source  do not push the synthetic lecture
  --empty      at the first start: one venue and no congress
`;

export async function demo(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '8080' },
      'rtmp-port': { type: 'string', default: '1935' },
      'data-dir': { type: 'string', default: 'data/demo' },
      'no-source': { type: 'boolean', default: false },
      empty: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
    strict: true,
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const folder = resolve(values['data-dir']);
  const config = demoConfig(folder, values.port, values['rtmp-port'], process.env);
  await claim(folder);
  buildPages((text) => process.stderr.write(`rostrum: ${text}\n`));
  const log = createLogger(config.logLevel);
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a failure nobody waited for'));
  const signal = takeStopSignal(log);
  const server = await startServer({ config, live: startLive, log });
  const { venue, fresh } = await demoVenue(server);
  const { email, password } = server.admin;
  if (fresh && !values.empty && password !== undefined) {
    // What is made while everyone may see it counts as changed.
    await server.conferences.update(venue.conferenceId, () => ({ state: 'draft' }));
    await seedDemo({ ...{ email, password, venueId: venue.id, now: Date.now() }, apiBase: apiOf(server) });
  }
  const info = describe(server, venue);
  await writeInfo(folder, info);
  const source = values['no-source'] ? undefined : pushLecture(info.pushUrl);
  process.stdout.write(greeting(info, source !== undefined));
  const show =
    source &&
    startDemoShow({
      ...{ server, venueId: venue.id, origin: new URL(info.watchUrl).origin, log },
      onLinks: async (all, fresh) => {
        await writeInfo(folder, { ...info, ...all });
        process.stdout.write(told(fresh));
      },
    });
  await untilStopped(async () => {
    await show?.close();
    await source?.close();
    await server.close();
  }, signal);
  return 0;
}

function demoConfig(folder: string, port: string, rtmpPort: string, env: Environment): Config {
  return readConfig({
    ROSTRUM_LOG_LEVEL: 'warn',
    ...env,
    ROSTRUM_DATA_DIR: folder,
    ROSTRUM_HOST: host,
    ROSTRUM_HTTP_PORT: port,
    ROSTRUM_RTMP_PORT: rtmpPort,
    ROSTRUM_ADMIN_EMAIL: 'admin@demo.rostrum.local',
  });
}

/** Makes the folder a demo's; one with other things in it, such as a production server's, is refused. */
async function claim(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const mark = join(folder, markFile);
  if (existsSync(mark)) return;
  if ((await readdir(folder)).length > 0) {
    throw new ConfigError([
      `--data-dir must be an empty folder or one of a demo (got ${JSON.stringify(folder)})`,
    ]);
  }
  await writeFile(mark, '');
}

/** The first venue, made at the first start: open, and live by itself as soon as an encoder pushes. */
async function demoVenue({
  conferences,
  venues,
  desk,
}: RunningServer): Promise<{ venue: VenueRecord; fresh: boolean }> {
  const [known] = venues.list();
  if (known) return { venue: known, fresh: false };
  const venue = await venues.create({ title: mainHall.title, autoLive: true }, conferences.first().id);
  await desk.venueChanged(venue);
  return { venue, fresh: true };
}

const originOf = ({ httpPort }: RunningServer): string => `http://${host}:${httpPort}`;
const apiOf = (server: RunningServer): string => `${originOf(server)}/api/v1`;

type DemoInfo = ReturnType<typeof describe>;

function describe(server: RunningServer, venue: VenueRecord) {
  const origin = originOf(server);
  const conference = server.conferences.get(venue.conferenceId);
  const rtmpUrl = `rtmp://${host}:${server.rtmpPort}/live`;
  const streamKey = venue.keys.program.key;
  return {
    watchUrl: `${origin}/watch/${venue.id}`,
    consoleUrl: `${origin}/console`,
    conferenceUrl: `${origin}/c/${conference?.slug ?? ''}`,
    apiBase: apiOf(server),
    adminEmail: server.admin.email,
    adminPassword: server.admin.password,
    venueId: venue.id,
    /** As an encoder's form asks for it: server, then key. */
    rtmpUrl,
    streamKey,
    slidesKey: venue.keys.slides.key,
    pushUrl: `${rtmpUrl}/${streamKey}`,
    mediaBase: `${origin}${mediaBase(openPass, venue.id)}`,
    pid: process.pid,
  };
}

/** Holds the password, so it is for the owner only; written whole or not at all. */
async function writeInfo(folder: string, info: DemoInfo & DemoLinks): Promise<void> {
  const file = join(folder, infoFile);
  await writeFile(`${file}.new`, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function pushLecture(url: string): Source {
  return startSource({ url });
}

function told({ presenterUrl, replayUrl }: DemoLinks): string {
  return `${replayUrl ? `  Replay   ${replayUrl}\n` : ''}${presenterUrl ? `  Present  ${presenterUrl}\n` : ''}`;
}

function greeting(info: DemoInfo, lecture: boolean): string {
  return `
Rostrum 讲坛 demo is running (Ctrl-C ends it)

  Congress ${info.conferenceUrl}
  Watch    ${info.watchUrl}
  Console  ${info.consoleUrl}
           ${info.adminEmail}  ${info.adminPassword ?? '(password as at the first start)'}
  Push     ${info.rtmpUrl}
           stream key ${info.streamKey}
${lecture ? '\n  A synthetic lecture is being pushed; start with --no-source to push your own.\n' : ''}
`;
}
