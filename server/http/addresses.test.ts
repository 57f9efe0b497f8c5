import { expect, it } from 'vitest';
import type { VenueRecord } from '#conference/venue/venue.ts';
import { venueDefaults } from '#contracts/venue.ts';
import type { HttpRequest } from '../live-port.ts';
import { createAddresses } from './addresses.ts';
import { createClients } from './client.ts';

const record: VenueRecord = {
  ...{ id: 'hall', conferenceId: 'c', position: 0, pushSecret: 'secret', createdAt: 0 },
  settings: { ...venueDefaults, title: 'Hall' },
  keys: { program: { key: 'abc', blocked: false }, slides: { key: 'def', blocked: false } },
};
const request = { headers: {}, socket: { remoteAddress: '127.0.0.1' } } as unknown as HttpRequest;
const at = (rtmp: number, rtmps: number | undefined) =>
  createAddresses({
    publicUrl: 'https://live.example.org',
    rtmpHost: undefined,
    clients: createClients([]),
    ports: () => ({ rtmp, rtmps }),
  });

it('names the encrypted server beside the plain one where there is a certificate', () => {
  const [program] = at(1935, 1936).venue(record, request).keys;
  expect(program).toMatchObject({
    server: 'rtmp://live.example.org/live',
    secureServer: 'rtmps://live.example.org:1936/live',
    url: 'rtmp://live.example.org/live/abc',
  });
  expect(at(19350, 443).venue(record, request).keys[0]).toMatchObject({
    server: 'rtmp://live.example.org:19350/live',
    secureServer: 'rtmps://live.example.org/live',
  });
  expect(at(1935, undefined).venue(record, request).keys[0]?.secureServer).toBeNull();
});

it('a signed key goes with either server', () => {
  const signed = at(1935, 1936).signed(record, 'program', 1_900_000_000, request);
  expect(signed.key).toMatch(/^abc\?expires=1900000000&sign=/);
  expect(signed.url).toBe(`${signed.server}/${signed.key}`);
  expect(signed.secureServer).toBe('rtmps://live.example.org:1936/live');
});
