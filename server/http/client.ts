/** Who a request comes from and where it was sent to. Forwarding headers count only from trusted proxies (FAULTS 53). */
import type { TLSSocket } from 'node:tls';
import ipaddr from 'ipaddr.js';
import type { HttpRequest } from '../live-port.ts';

export type Origin = {
  /** `http` or `https`, as the person's browser sees it. */
  readonly scheme: 'http' | 'https';
  /** Host with port. */
  readonly host: string;
};

export type Clients = {
  /** IP address in canonical form; IPv4-mapped IPv6 as IPv4. */
  address(request: HttpRequest): string;
  /** What counts as one client: the address, of IPv6 its /64. */
  key(request: HttpRequest): string;
  origin(request: HttpRequest): Origin;
  /** The peer itself is this machine and no proxy stands before it. */
  isLocal(request: HttpRequest): boolean;
};

/** `trusted`: IP addresses or CIDRs. */
export function createClients(trusted: readonly string[]): Clients {
  const ranges = trusted.map((text) =>
    text.includes('/')
      ? ipaddr.parseCIDR(text)
      : ([ipaddr.parse(text), text.includes(':') ? 128 : 32] as ReturnType<typeof ipaddr.parseCIDR>),
  );
  const isTrusted = (address: string): boolean => {
    const ip = parse(address);
    return (
      ip !== undefined &&
      ranges.some(([range, bits]) => ip.kind() === range.kind() && ip.match([range, bits] as never))
    );
  };
  const peer = (request: HttpRequest): string => canonical(request.socket.remoteAddress ?? '') ?? '';

  const address = (request: HttpRequest): string => {
    let current = peer(request);
    if (ranges.length === 0) return current;
    const hops = header(request, 'x-forwarded-for')?.split(',') ?? [];
    // From the nearest hop outwards, as long as the one who says so is trusted.
    while (hops.length > 0 && isTrusted(current)) {
      const next = canonical(hops.pop()?.trim() ?? '');
      if (next === undefined) break;
      current = next;
    }
    return current;
  };

  return {
    address,
    key: (request) => clientKey(address(request)),
    isLocal: (request) =>
      /^(127\.|::1$)/.test(peer(request)) && header(request, 'x-forwarded-for') === undefined,
    origin: (request) => {
      const byProxy = ranges.length > 0 && isTrusted(peer(request));
      const scheme = (byProxy && header(request, 'x-forwarded-proto')?.split(',').at(-1)?.trim()) || '';
      const host = (byProxy && header(request, 'x-forwarded-host')?.split(',').at(-1)?.trim()) || '';
      const own = (request.socket as TLSSocket).encrypted ? 'https' : 'http';
      return {
        scheme: scheme === 'https' || scheme === 'http' ? scheme : own,
        host:
          validHost(host) ??
          validHost(header(request, ':authority') ?? request.headers.host ?? '') ??
          'localhost',
      };
    },
  };
}

/** IPv6 addresses of one /64 are one client: a home or a phone has all of them. */
export function clientKey(address: string): string {
  const ip = parse(address);
  if (ip === undefined || ip.kind() === 'ipv4') return address;
  const groups = (ip as ipaddr.IPv6).parts.slice(0, 4).map((part) => part.toString(16));
  return `${groups.join(':')}::/64`;
}

function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return ipaddr.isValid(address) ? ipaddr.process(address) : undefined;
}

/** Also takes `1.2.3.4:5678` and `[::1]:5678`, which some proxies write. */
function canonical(text: string): string | undefined {
  const bare =
    /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
  return parse(bare)?.toString();
}

const header = (request: HttpRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
};

const validHost = (host: string): string | undefined =>
  /^([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?$/.test(host) ? host.toLowerCase() : undefined;
