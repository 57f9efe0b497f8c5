/** The live side of the server: stores, desks of all venues, previews, ingest and the media handler, wired and owned here. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { VenueRecord } from '#conference/venue/venue.ts';
import { createRtmpServer, type RtmpServer } from '#media/ingest/rtmp/server.ts';
import { createMediaHandler } from '#media/packager/media-http.ts';
import { DiskWatch } from '#media/recording/disk.ts';
import { deleteRuns, expiredRuns } from '#media/recording/retention.ts';
import { createPreviewPool } from '#media/transcode/preview-pool.ts';
import { openFileStore } from '#timeline/file-store.ts';
import type { LiveContext, LiveServer } from '../live-port.ts';
import { createCatalog } from './catalog.ts';
import { createDesk } from './desk.ts';
import { createDoor } from './door.ts';
import { createLiveMetrics } from './live-metrics.ts';
import { PastRuns } from './past-runs.ts';
import { VenueDesk } from './venue-desk.ts';

/** Ms between two looks for runs whose retention is over. */
const retentionEvery = 10 * 60_000;

export async function startLive({
  config,
  venues,
  clips,
  onRunStarted,
  onRunEnded,
  onRunsDeleted,
  log,
  metrics,
  tls,
  clientKey,
  pages,
  admission,
}: LiveContext): Promise<LiveServer> {
  const recordings = join(config.dataDir, 'recordings');
  await mkdir(recordings, { recursive: true });
  const store = openFileStore(join(config.dataDir, 'timelines'), { log: log.child({ part: 'timeline' }) });
  const disk = new DiskWatch({
    folder: recordings,
    log: log.child({ part: 'disk' }),
    rules: { reserveBytes: config.disk.reserve },
  });
  await disk.start();
  const past = new PastRuns(log.child({ part: 'past runs' }));
  const pool = config.preview.on
    ? createPreviewPool({
        log: log.child({ part: 'preview' }),
        cpuBudget: config.preview.cpu,
        onUpdate: () => undefined,
      })
    : undefined;
  const desks = new Map<string, VenueDesk>();
  let draining = false;

  const open = (venue: VenueRecord): Promise<VenueDesk> =>
    VenueDesk.open(venue, {
      store,
      folder: join(recordings, venue.id),
      transcode: config.transcode.on,
      transcodeThreads: config.transcode.threads,
      disk,
      past,
      preview: (track) =>
        pool?.open(`${venue.id}/${track}`, { picture: track === 'slides' ? 'may-freeze' : 'must-move' }),
      onRunStarted: (run) => onRunStarted?.(venue.id, run),
      onRunEnded: (run, at) => onRunEnded(venue.id, run, at),
      log: log.child({ venue: venue.id }),
    });
  for (const venue of venues.list()) desks.set(venue.id, await open(venue));

  const door = createDoor({
    venues,
    desk: (id) => (draining ? undefined : desks.get(id)),
    maxPublishers: config.rtmp.maxPublishers,
    publishers: () => [...desks.values()].reduce((sum, desk) => sum + desk.publishers, 0),
    now: Date.now,
    log: log.child({ part: 'door' }),
  });
  const rtmp = createRtmpServer({ door, log: log.child({ part: 'rtmp' }) });
  const rtmps: RtmpServer | undefined =
    tls && createRtmpServer({ door, log: log.child({ part: 'rtmps' }), tls });
  const counted = createLiveMetrics({
    registry: metrics,
    desks,
    connections: () => rtmp.connections() + (rtmps?.connections() ?? 0),
    pool,
    disk: () => disk.status,
  });
  const media = createMediaHandler({
    catalog: createCatalog(desks, pages, clips, admission),
    log: log.child({ part: 'media' }),
    client: clientKey,
    onAnswer: counted.onAnswer,
    onStalled: counted.onStalled,
  });

  const retire = async () => {
    for (const venue of venues.list()) {
      const desk = desks.get(venue.id);
      if (!desk) continue;
      const { retentionDays } = venue.settings;
      const runs = desk.runs.map(({ id, endedAt }) => ({ run: id, endedAt, retentionDays }));
      const expired = expiredRuns(runs, Date.now());
      await deleteRuns(expired, {
        root: join(recordings, venue.id),
        log,
        onDelete: (run) => desk.forgetRun(run),
      });
      if (expired.length > 0) onRunsDeleted(venue.id);
    }
  };
  let retiring: Promise<void> = Promise.resolve();
  const retention = setInterval(() => {
    retiring = retire().catch((error: unknown) =>
      log.error({ err: error }, 'retention failed; it is tried again'),
    );
  }, retentionEvery);

  const { host } = config.rtmp;
  const { port: rtmpPort } = await rtmp.listen(config.rtmp.port, host);
  const rtmpsPort = rtmps && (await rtmps.listen(config.rtmp.tlsPort, host)).port;

  const drain = async () => {
    draining = true;
    await Promise.all([rtmp.close(), rtmps?.close()]);
    for (const desk of desks.values()) desk.dismiss();
    // Held requests end with a last batch; what comes now is refused.
    await Promise.all([...desks.values()].map((desk) => desk.events.close()));
  };
  let closing: Promise<void> | undefined;
  const close = async () => {
    clearInterval(retention);
    await drain();
    await retiring;
    await Promise.all([...desks.values()].map((desk) => desk.close()));
    await pool?.close();
    past.close();
    disk.close();
    await store.close();
  };
  return {
    desk: createDesk({
      desks,
      open,
      remove: (venueId) => rm(join(recordings, venueId), { recursive: true, force: true }),
      disk: () => disk.status,
      onRunsDeleted,
      admission,
    }),
    media,
    rtmpPort,
    rtmpsPort,
    drain,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
