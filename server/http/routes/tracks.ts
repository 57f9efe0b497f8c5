/** The two tracks of a venue: stream keys, the kill switch, the delay to the room, the preview picture. */
import { z } from 'zod';
import { CodedError } from '#contracts/errors.ts';
import { trackNames } from '#contracts/media-urls.ts';
import { pushKeySchema } from '#contracts/venue.ts';
import type { App } from '../app.ts';
import { jpegAnswer, nothing } from '../described.ts';
import { emptyBody, type VenueRouteOptions, venueParams } from './venues.ts';

const trackParams = venueParams.extend({ track: z.enum(trackNames) });
const base = '/api/v1/venues/:id/tracks/:track';
/** Ms; encoders with long buffers over bad lines reach tens of seconds. */
const delayBody = z.object({ ms: z.number().min(0).max(120_000) }).strict();
const signedBody = z
  .object({
    hours: z
      .number()
      .min(0.05)
      .max(24 * 366),
  })
  .strict();

export function registerTracks(app: App, { venues, desk, staff, addresses }: VenueRouteOptions): void {
  const keyChange = (name: 'rotate' | 'block' | 'unblock', summary: string): void => {
    // The kill switch is the desk's.
    const needs = name === 'rotate' ? 'venue.keys' : 'venue.operate';
    app.post(
      `${base}/${name}`,
      {
        config: { needs, of: 'venue' },
        schema: { summary, params: trackParams, body: emptyBody, response: { 200: pushKeySchema } },
      },
      async (request) => {
        const { id, track } = request.params;
        const { person } = await staff.allowVenue(request, needs, id);
        const venue =
          name === 'rotate'
            ? await venues.rotateKey(id, track)
            : await venues.setBlocked(id, track, name === 'block');
        await desk.venueChanged(venue);
        if (name === 'rotate') desk.cut(id, track, 'publish.badKey');
        if (name === 'block') desk.cut(id, track, 'publish.blocked');
        await staff.note(request, person, `track.${name}`, id, { track });
        const key = addresses.venue(venue, request.raw).keys.find((one) => one.track === track);
        if (!key) throw new CodedError('notFound');
        return key;
      },
    );
  };
  keyChange('rotate', 'A new stream key; the old one and its publisher are refused');
  keyChange('block', 'Cut the publisher and refuse its key until unblocked');
  keyChange('unblock', 'Let the key in again');

  app.post(
    `${base}/signed-url`,
    {
      config: { needs: 'venue.keys', of: 'venue' },
      schema: {
        summary: 'A push address with an expiry',
        params: trackParams,
        body: signedBody,
        response: { 200: pushKeySchema.extend({ expiresAt: z.number() }) },
      },
    },
    async (request) => {
      const { id, track } = request.params;
      const { person, venue } = await staff.allowVenue(request, 'venue.keys', id);
      const expires = Math.floor(Date.now() / 1000 + request.body.hours * 3600);
      const signed = addresses.signed(venue, track, expires, request.raw);
      await staff.note(request, person, 'track.sign', id, { track, hours: request.body.hours });
      return { ...signed, expiresAt: expires * 1000 };
    },
  );

  app.put(
    `${base}/delay`,
    {
      config: { needs: 'venue.operate', of: 'venue' },
      schema: {
        summary: 'Ms from the room to here, of this connection',
        params: trackParams,
        body: delayBody,
        response: { 200: delayBody },
      },
    },
    async (request) => {
      const { id, track } = request.params;
      const { person } = await staff.allowVenue(request, 'venue.operate', id);
      const { ms } = request.body;
      await desk.setDelay(id, track, ms, person);
      await staff.note(request, person, 'track.delay', id, { track, ms });
      return { ms };
    },
  );

  app.post(
    `${base}/delay/confirm`,
    {
      config: { needs: 'venue.operate', of: 'venue' },
      schema: {
        summary: 'The delay is still right after a reconnect',
        params: trackParams,
        body: emptyBody,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id, track } = request.params;
      const { person } = await staff.allowVenue(request, 'venue.operate', id);
      await desk.confirmDelay(id, track, person);
      await staff.note(request, person, 'track.delay.confirm', id, { track });
      return reply.code(204).send(null);
    },
  );

  const calibrate = (
    name: 'start' | 'stop' | 'apply',
    summary: string,
    act: (...args: Parameters<typeof desk.applyCalibration>) => unknown,
  ): void => {
    app.post(
      `${base}/calibration/${name}`,
      {
        config: { needs: 'venue.operate', of: 'venue' },
        schema: { summary, params: trackParams, body: emptyBody, response: { 204: nothing } },
      },
      async (request, reply) => {
        const { id, track } = request.params;
        const { person } = await staff.allowVenue(request, 'venue.operate', id);
        await act(id, track, person);
        await staff.note(request, person, `track.calibration.${name}`, id, { track });
        return reply.code(204).send(null);
      },
    );
  };
  calibrate('start', 'Read the calibration clock from the pictures that come', (id, track) =>
    desk.startCalibration(id, track),
  );
  calibrate('stop', 'Give the calibration up', (id, track) => desk.stopCalibration(id, track));
  calibrate('apply', 'Set the delay that was read', (id, track, person) =>
    desk.applyCalibration(id, track, person),
  );

  for (const track of trackNames) {
    app.get(
      `/api/v1/venues/:id/preview/${track}.jpg`,
      {
        config: { needs: 'venue.view', of: 'venue' },
        schema: {
          summary: `Preview picture of ${track} (JPEG)`,
          params: venueParams,
          response: { 200: jpegAnswer },
        },
      },
      async (request, reply) => {
        await staff.allowVenue(request, 'venue.view', request.params.id);
        const preview = desk.preview(request.params.id, track);
        if (!preview) throw new CodedError('notFound', 'no picture yet');
        return reply
          .header('cache-control', 'private, no-store')
          .header('last-modified', new Date(preview.at).toUTCString())
          .type('image/jpeg')
          .send(preview.jpeg);
      },
    );
  }
}
