/** A venue as the console sees it: with the addresses to watch, to fetch media from and to push to. */

import { signPush } from '#conference/venue/push-rules.ts';
import type { VenueRecord } from '#conference/venue/venue.ts';
import { mediaBase, openPass, type TrackName, trackNames } from '#contracts/media-urls.ts';
import type { PushKey, Venue } from '#contracts/venue.ts';
import type { HttpRequest } from '../live-port.ts';
import type { Clients } from './client.ts';

export type Addresses = {
  venue(record: VenueRecord, request: HttpRequest): Venue;
  /** Absolute address of one of our pages. */
  page(path: string, request: HttpRequest): string;
  /** A push address that is valid until `expires` (Unix seconds). */
  signed(record: VenueRecord, track: TrackName, expires: number, request: HttpRequest): PushKey;
};

export type AddressOptions = {
  readonly publicUrl: string | undefined;
  readonly rtmpHost: string | undefined;
  readonly clients: Clients;
  /** Known once the ingest server listens. */
  readonly ports: () => { readonly rtmp: number; readonly rtmps: number | undefined };
};

type Servers = Pick<PushKey, 'server' | 'secureServer'>;

export function createAddresses({ publicUrl, rtmpHost, clients, ports }: AddressOptions): Addresses {
  const originOf = (request: HttpRequest): URL => {
    const { scheme, host } = clients.origin(request);
    return new URL(publicUrl ?? `${scheme}://${host}`);
  };
  const pushServers = (request: HttpRequest): Servers => {
    const host = rtmpHost ?? originOf(request).hostname;
    const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    const { rtmp, rtmps } = ports();
    return {
      server: `rtmp://${bracketed}${rtmp === 1935 ? '' : `:${rtmp}`}/live`,
      // Encoders take 443 for RTMPS when no port is named.
      secureServer:
        rtmps === undefined ? null : `rtmps://${bracketed}${rtmps === 443 ? '' : `:${rtmps}`}/live`,
    };
  };
  const pushKey = (record: VenueRecord, track: TrackName, servers: Servers): PushKey => {
    const { key, blocked } = record.keys[track];
    return { track, key, blocked, ...servers, url: `${servers.server}/${key}` };
  };
  return {
    page: (path, request) => `${originOf(request).origin}${path}`,
    venue(record, request) {
      const { origin } = originOf(request);
      const servers = pushServers(request);
      return {
        ...record.settings,
        id: record.id,
        conferenceId: record.conferenceId,
        position: record.position,
        createdAt: record.createdAt,
        watchUrl: `${origin}/watch/${record.id}`,
        mediaBase: `${origin}${mediaBase(openPass, record.id)}`,
        keys: trackNames.map((track) => pushKey(record, track, servers)),
      };
    },
    signed(record, track, expires, request) {
      const plain = pushKey(record, track, pushServers(request));
      const key = `${plain.key}?expires=${expires}&sign=${signPush(record, plain.key, expires)}`;
      return { ...plain, key, url: `${plain.server}/${key}` };
    },
  };
}
