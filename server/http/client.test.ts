import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../live-port.ts';
import { clientKey, createClients } from './client.ts';

const request = (peer: string, headers: Record<string, string> = {}, encrypted = false): HttpRequest =>
  ({
    socket: { remoteAddress: peer, encrypted },
    headers: { host: 'a.org', ...headers },
  }) as unknown as HttpRequest;

describe('the client of a request', () => {
  const clients = createClients(['10.0.0.0/8', 'fd00::1']);

  it('fault 53: is the peer when the peer is no trusted proxy, whatever it forwards', () => {
    expect(clients.address(request('203.0.113.9', { 'x-forwarded-for': '1.1.1.1' }))).toBe('203.0.113.9');
    expect(createClients([]).address(request('127.0.0.1', { 'x-forwarded-for': '1.1.1.1' }))).toBe(
      '127.0.0.1',
    );
  });

  it('fault 53: is the nearest hop that no trusted proxy made up', () => {
    const headers = { 'x-forwarded-for': '6.6.6.6, 198.51.100.7, 10.1.1.1' };
    expect(clients.address(request('10.0.0.2', headers))).toBe('198.51.100.7');
    expect(clients.address(request('fd00::1', { 'x-forwarded-for': '198.51.100.7:4711' }))).toBe(
      '198.51.100.7',
    );
    expect(clients.address(request('::ffff:10.0.0.2', { 'x-forwarded-for': 'junk' }))).toBe('10.0.0.2');
  });

  it('fault 53: of IPv6 counts as its /64', () => {
    expect(clientKey('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(clientKey('2001:db8:1:2:ffff::1')).toBe('2001:db8:1:2::/64');
    expect(clientKey('192.0.2.1')).toBe('192.0.2.1');
  });

  it('came to the origin its own socket says, or a trusted proxy', () => {
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'live.example.org' };
    expect(clients.origin(request('203.0.113.9', forwarded))).toEqual({ scheme: 'http', host: 'a.org' });
    expect(clients.origin(request('10.0.0.2', forwarded))).toEqual({
      scheme: 'https',
      host: 'live.example.org',
    });
    expect(clients.origin(request('203.0.113.9', { host: 'evil"><b>' }, true))).toEqual({
      scheme: 'https',
      host: 'localhost',
    });
  });

  it('is local only without a proxy between', () => {
    expect(clients.isLocal(request('127.0.0.1'))).toBe(true);
    expect(clients.isLocal(request('127.0.0.1', { 'x-forwarded-for': '1.1.1.1' }))).toBe(false);
    expect(clients.isLocal(request('192.0.2.1'))).toBe(false);
  });
});
