/**
 * Requests our server makes to addresses that people typed in (webhooks, imports). A name is resolved once, every address it gives is
 * checked, and exactly a checked one is connected to, so a name that changes its answer gains nothing. Redirects are not followed.
 */
import { lookup as lookUp } from 'node:dns/promises';
import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as plain,
} from 'node:http';
import { request as secure } from 'node:https';
import { isIP } from 'node:net';
import { CodedError } from '#contracts/errors.ts';
import { createAddressRule } from './address-rules.ts';

export type OutsideRequest = {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Bytes of an answer; a longer one is refused, or read so far with `cut`. */
  readonly most: number;
  readonly cut?: boolean;
  /** Ms for all of it: name, connection, answer. */
  readonly timeout: number;
};

export type OutsideAnswer = {
  /** Never 3xx. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

export interface Outside {
  /** Throws `outside.refused` for an address that must not be asked, without sending a packet to it. */
  check(url: string): Promise<void>;
  /** Throws `outside.refused` (address, redirect), `outside.failed` (name, connection, time), `request.tooLarge`. */
  fetch(url: string, request: OutsideRequest): Promise<OutsideAnswer>;
}

export type OutsideOptions = {
  /** Private addresses or CIDRs that may be asked, for an intranet. */
  readonly privateRanges: readonly string[];
  /** `http://` is allowed too. */
  readonly plainHttp: boolean;
  /** Of the operating system by default. */
  readonly lookup?: (name: string) => Promise<readonly { readonly address: string }[]>;
};

const refused = (detail: string): CodedError => new CodedError('outside.refused', detail);
const failed = (detail: string): CodedError => new CodedError('outside.failed', detail.slice(0, 200));

export function createOutside({ privateRanges, plainHttp, lookup }: OutsideOptions): Outside {
  const mayConnect = createAddressRule(privateRanges);
  const resolve = lookup ?? ((name: string) => lookUp(name, { all: true }));

  const parse = (text: string): URL => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url) throw refused('not a web address');
    if (url.protocol !== 'https:' && !(plainHttp && url.protocol === 'http:'))
      throw refused(plainHttp ? 'only http:// and https://' : 'only https://');
    if (url.username !== '' || url.password !== '') throw refused('no user name or password in the address');
    return url;
  };

  /** The one address that is connected to. One bad address among several refuses the name: it is a trick or a mistake. */
  const addressOf = async (url: URL): Promise<string> => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const found = isIP(host)
      ? [{ address: host }]
      : await resolve(host).catch((error: unknown) => {
          throw failed(`${host}: ${(error as { code?: string }).code ?? 'not found'}`);
        });
    const [first] = found;
    if (!first) throw failed(`${host}: no address`);
    for (const { address } of found)
      if (!mayConnect(address)) throw refused(`${host} is not a public address`);
    return first.address;
  };

  return {
    async check(text) {
      await within(5000, addressOf(parse(text)));
    },
    async fetch(text, request) {
      const url = parse(text);
      const from = performance.now();
      const address = await within(request.timeout, addressOf(url));
      return ask(url, address, { ...request, timeout: request.timeout - (performance.now() - from) });
    },
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(failed(`no answer within ${Math.round(ms)} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function ask(url: URL, address: string, request: OutsideRequest): Promise<OutsideAnswer> {
  const { method = 'GET', headers = {}, body, timeout } = request;
  const family = isIP(address);
  const send = url.protocol === 'https:' ? secure : plain;
  let sent: ClientRequest | undefined;
  const answer = new Promise<OutsideAnswer>((resolve, reject) => {
    sent = send(url, {
      method,
      // A connection of its own: one made for another request may lead elsewhere.
      agent: false,
      maxHeaderSize: 16_384,
      headers: {
        'user-agent': 'Rostrum',
        'accept-encoding': 'identity',
        connection: 'close',
        ...headers,
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
      lookup: (_name, { all }, done) =>
        all ? done(null, [{ address, family }]) : done(null, address, family),
    });
    sent.on('error', (error) => reject(failed((error as { code?: string }).code ?? error.message)));
    sent.on('response', (response) => read(response, request).then(resolve, reject));
    sent.end(body);
  });
  return within(Math.max(1, timeout), answer).finally(() => sent?.destroy());
}

async function read(response: IncomingMessage, { most, cut }: OutsideRequest): Promise<OutsideAnswer> {
  const { statusCode: status = 0, headers } = response;
  if (status >= 300 && status < 400) {
    response.destroy();
    throw refused(`it redirects (${status}); enter the final address`);
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > most && cut) {
        pieces.push(piece.subarray(0, piece.length - (bytes - most)));
        response.destroy();
        break;
      }
      if (bytes > most) throw new CodedError('request.tooLarge', `the answer has more than ${most} bytes`);
      pieces.push(piece);
    }
  } catch (error) {
    throw error instanceof CodedError ? error : failed((error as { code?: string }).code ?? 'broken off');
  }
  return { status, headers, body: Buffer.concat(pieces) };
}
