/** The live desk as the API asks for it: finds the venue's desk, and lists and deletes runs. */
import { rm } from 'node:fs/promises';
import type { VenueRecord } from '#conference/venue/venue.ts';
import { CodedError } from '#contracts/errors.ts';
import { mediaBase, mediaPath, openPass, type TrackName, trackNames } from '#contracts/media-urls.ts';
import type { Run, SystemStatus } from '#contracts/venue.ts';
import { listRun, runBytes } from '#media/recording/catalogue.ts';
import { nodeFs } from '#media/recording/recording-fs.ts';
import type { LiveDesk } from '../live-port.ts';
import type { Admission } from './admission.ts';
import type { VenueDesk } from './venue-desk.ts';
import { watchedEvents } from './watched-events.ts';

export type DeskOptions = {
  readonly desks: Map<string, VenueDesk>;
  /** Opens the desk of a new venue. */
  readonly open: (venue: VenueRecord) => Promise<VenueDesk>;
  /** Removes what a venue leaves behind. */
  readonly remove: (venueId: string) => Promise<void>;
  readonly disk: () => SystemStatus['disk'];
  readonly onRunsDeleted: (venueId: string) => void;
  readonly admission: Admission;
};

export function createDesk({ desks, open, remove, disk, onRunsDeleted, admission }: DeskOptions): LiveDesk {
  const need = (venueId: string): VenueDesk => {
    const desk = desks.get(venueId);
    if (!desk) throw new CodedError('venue.notFound');
    return desk;
  };
  return {
    status: (venueId) => desks.get(venueId)?.status(),
    goLive: async (venueId) => need(venueId).goLive(),
    takeBreak: async (venueId) => need(venueId).takeBreak(),
    resume: async (venueId) => need(venueId).resume(),
    end: async (venueId) => need(venueId).end(),
    cut: (venueId, track, code) => desks.get(venueId)?.cut(track, code),
    setDelay: async (venueId, track, ms) => need(venueId).setDelay(track, ms),
    startCalibration: (venueId, track) => need(venueId).startCalibration(track),
    stopCalibration: (venueId, track) => need(venueId).stopCalibration(track),
    applyCalibration: async (venueId, track) => need(venueId).applyCalibration(track),
    confirmDelay: async (venueId, track) => need(venueId).confirmDelay(track),
    venueChanged: async (venue) => {
      const desk = desks.get(venue.id);
      if (desk) desk.changed(venue);
      else desks.set(venue.id, await open(venue));
    },
    checkRemovable: (venueId) => {
      if (desks.get(venueId)?.busy) throw new CodedError('venue.busy');
    },
    venueRemoved: async (venueId) => {
      const desk = desks.get(venueId);
      desks.delete(venueId);
      desk?.events.dismiss();
      await desk?.close();
      await remove(venueId);
    },
    runs: (venueId) => runs(need(venueId)),
    deleteRun: async (venueId, runId) => {
      const desk = need(venueId);
      if (desk.openRunId === runId) throw new CodedError('venue.busy', 'the run is still open: end it first');
      if (!desk.runs.some(({ id }) => id === runId)) throw new CodedError('notFound', `no run ${runId}`);
      desk.forgetRun(runId);
      await rm(desk.runFolder(runId), { recursive: true, force: true });
      onRunsDeleted(venueId);
    },
    preview: (venueId, track) => desks.get(venueId)?.preview(track),
    disk,
    cutPoint: (venueId, secondsAgo) => desks.get(venueId)?.cutPoint(secondsAgo),
    hasMedia: async (venueId, ranges) => (await desks.get(venueId)?.clips.hasMedia(ranges)) ?? false,
    seen: (venueId, client) => desks.get(venueId)?.viewers.seen(client),
    runOpen: (venueId) => desks.get(venueId)?.busy ?? false,
    watched: (pass, venueId) => {
      const events = desks.get(venueId)?.events;
      return events && typeof admission.admit(pass, venueId) === 'object'
        ? watchedEvents(events, () => admission.admit(pass, venueId))
        : undefined;
    },
    events: (venueId) => desks.get(venueId)?.events,
  };
}

/** Those that still have media, newest first. */
async function runs(desk: VenueDesk): Promise<Run[]> {
  const found: Run[] = [];
  for (const run of desk.runs.toReversed()) {
    const playlists: Partial<Record<TrackName, string>> = {};
    let durationSeconds = 0;
    for (const name of trackNames) {
      const track = await desk.publishedTrack(run.id, name);
      if (!track) continue;
      playlists[name] = `${mediaBase(openPass, desk.id)}/${mediaPath.clip(run.id, 1, name)}`;
      for (const listed of track.listed) {
        const seconds =
          track.rendition(listed)?.segments.records.reduce((sum, segment) => sum + segment.duration, 0) ?? 0;
        durationSeconds = Math.max(durationSeconds, seconds);
      }
    }
    if (Object.keys(playlists).length === 0) continue;
    const onDisk = await listRun(nodeFs, desk.folder, run.id);
    const bytes = onDisk ? await runBytes(nodeFs, desk.folder, onDisk) : 0;
    found.push({
      id: run.id,
      startedAt: run.startedAt,
      endedAt: run.endedAt ?? null,
      durationSeconds,
      bytes,
      playlists,
    });
  }
  return found;
}
