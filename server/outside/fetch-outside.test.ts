import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createOutside, type OutsideOptions } from './fetch-outside.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(answer: RequestListener) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.host ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, asked };
}

const open = (options: Partial<OutsideOptions> = {}) =>
  createOutside({ privateRanges: [], plainHttp: true, ...options });
const request = { most: 1000, timeout: 5000 };
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

describe('fault 67: what our server asks for others', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0x7f.0.0.1/',
    'http://2130706433/',
    'http://0.0.0.0/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://224.0.0.1/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[fd00:ec2::254]/',
  ])('is never %s', async (url) => {
    expect(await codeOf(open().fetch(url, request))).toBe('outside.refused');
    expect(await codeOf(open().check(url))).toBe('outside.refused');
  });

  it.each(['ftp://example.org/', 'file:///etc/passwd', 'http://user:secret@example.org/', 'nonsense'])(
    'is never %s',
    async (url) => {
      const lookup = async () => [{ address: '203.0.112.1' }];
      expect(await codeOf(open({ lookup }).fetch(url, request))).toBe('outside.refused');
    },
  );

  it('is https only unless configured', async () => {
    const lookup = async () => [{ address: '8.8.8.8' }];
    expect(await codeOf(open({ lookup, plainHttp: false }).check('http://example.org/'))).toBe(
      'outside.refused',
    );
    expect(await codeOf(open({ lookup, plainHttp: false }).check('https://example.org/'))).toBe('answered');
  });

  it('is no name that leads inside, not even beside a public address', async () => {
    for (const inside of ['127.0.0.1', '::ffff:10.0.0.1', 'fe80::1', '169.254.169.254']) {
      const lookup = async () => [{ address: '8.8.8.8' }, { address: inside }];
      expect(await codeOf(open({ lookup }).fetch('http://example.org/', request))).toBe('outside.refused');
    }
  });

  it('is the address that was checked, however the name answers afterwards', async () => {
    const { port, asked } = await serve((_request, response) => response.end('inside'));
    // The first answer is allowed but nobody listens there; the second must never be asked for.
    const answers = ['127.0.0.2', '127.0.0.1'];
    let lookups = 0;
    const lookup = async () => [{ address: answers[lookups++] ?? '127.0.0.1' }];
    const outside = open({ lookup, privateRanges: ['127.0.0.2'] });
    const code = await codeOf(outside.fetch(`http://rebind.test:${port}/`, request));
    expect(code).toBe('outside.failed');
    expect(lookups).toBe(1);
    expect(asked).toEqual([]);
  });

  it('reaches a checked address under the name that was typed', async () => {
    const { port, asked } = await serve((_request, response) => response.end('hello'));
    let lookups = 0;
    const lookup = async () => {
      lookups += 1;
      return [{ address: '127.0.0.1' }];
    };
    const outside = open({ lookup, privateRanges: ['127.0.0.0/8'] });
    const answer = await outside.fetch(`http://society.test:${port}/x`, request);
    expect(answer).toMatchObject({ status: 200, body: Buffer.from('hello') });
    expect(asked).toEqual([`society.test:${port}`]);
    expect(lookups).toBe(1);
  });

  it('is never where a redirect leads', async () => {
    const { port, asked } = await serve((_request, response) =>
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    );
    const outside = open({ privateRanges: ['127.0.0.1'] });
    expect(await codeOf(outside.fetch(`http://127.0.0.1:${port}/`, request))).toBe('outside.refused');
    expect(asked).toHaveLength(1);
  });

  it('has an end: too long and too slow answers are given up', async () => {
    const { port } = await serve((incoming, response) => {
      response.write('x'.repeat(2000));
      if (incoming.url === '/slow') response.write('y');
      else response.end();
    });
    const outside = open({ privateRanges: ['127.0.0.1'] });
    expect(await codeOf(outside.fetch(`http://127.0.0.1:${port}/`, request))).toBe('request.tooLarge');
    const slow = outside.fetch(`http://127.0.0.1:${port}/slow`, { most: 10_000, timeout: 200 });
    expect(await codeOf(slow)).toBe('outside.failed');
  });

  it('says so when a name does not answer', async () => {
    const outside = open({ lookup: () => new Promise(() => undefined) });
    expect(await codeOf(outside.fetch('http://hangs.test/', { ...request, timeout: 50 }))).toBe(
      'outside.failed',
    );
  });
});
