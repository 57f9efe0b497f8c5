import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger, redactUrl } from '#server/log.ts';
import { secondsHere } from '#tests/harness/seconds-here.ts';
import { adminEmail, adminPassword, ask, logIn, startTestServer, type TestServer } from './server-double.ts';

let test: TestServer;
let cookie: string;
let pages: string;

beforeAll(async () => {
  pages = await mkdtemp(join(tmpdir(), 'rostrum-pages-'));
  for (const name of ['home', 'watch', 'console', 'assets']) await mkdir(join(pages, name));
  await writeFile(join(pages, 'watch/index.html'), `<!doctype html><title>watch</title>${' '.repeat(600)}`);
  await writeFile(join(pages, 'home/index.html'), '<!doctype html><title>home</title>');
  await writeFile(join(pages, 'console/index.html'), '<!doctype html><title>console</title>');
  await writeFile(join(pages, 'assets/a-123.js'), `export const a = 1;${'//'.repeat(400)}`);
  test = await startTestServer(
    { ROSTRUM_TLS_SELF_SIGNED: 'on', ROSTRUM_TRUSTED_PROXIES: '127.0.0.1' },
    {
      pagesFolder: pages,
      media: (request, response) => {
        if (!request.url?.startsWith('/media/')) return false;
        response.statusCode = 200;
        response.end('media');
        return true;
      },
    },
  );
  cookie = await logIn(test.base);
});
afterAll(async () => {
  await test?.close();
  await rm(pages, { recursive: true, force: true });
});

/** Sends raw bytes and gives all that comes back until the server ends the connection. */
function raw(send: (socket: Socket) => void): Promise<{ text: string; seconds: number }> {
  return new Promise((resolve) => {
    const started = performance.now();
    const socket = connect(test.server.httpPort, '127.0.0.1', () => send(socket));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ text, seconds: (performance.now() - started) / 1000 }));
  });
}

describe('bodies', () => {
  it('fault 50: 100 MB is refused with 413 before it was read', async () => {
    const { text } = await raw((socket) => {
      socket.write(
        'POST /api/v1/venues HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 104857600\r\n\r\n[',
      );
      socket.on('data', () => socket.end());
    });
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(text).toContain('"request.tooLarge"');
  });

  it('fault 50: a chunked body without a length is cut at the limit', async () => {
    const { text } = await raw((socket) => {
      socket.write(
        'POST /api/v1/venues HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
      );
      for (let i = 0; i < 40; i += 1) socket.write(`1000\r\n${' '.repeat(4096)}\r\n`);
      socket.on('data', () => socket.end());
    });
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('fault 50: JSON nested as deep as the limit allows is refused and harms nothing', async () => {
    for (const body of [
      `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
      `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
    ]) {
      const answer = await ask(test.base, 'POST', '/api/v1/venues', body, { cookie });
      expect(answer.status).toBe(400);
      expect(answer.body.error.code).toBe('request.invalid');
    }
    expect(
      (await ask(test.base, 'POST', '/api/v1/venues', `${'['.repeat(100_000)}`, { cookie })).status,
    ).toBe(413);
    expect((await ask(test.base, 'GET', '/healthz')).status).toBe(200);
  });

  it('fault 50: `__proto__` keys are refused', async () => {
    const answer = await ask(test.base, 'POST', '/api/v1/venues', '{"title":"x","__proto__":{"a":1}}', {
      cookie,
    });
    expect(answer.status).toBe(400);
  });

  it('fault 51: a wrong content type is refused with 415', async () => {
    for (const type of [
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/json/../x',
      'junk',
    ])
      expect(
        (await ask(test.base, 'POST', '/api/v1/venues', '{"title":"x"}', { cookie, 'content-type': type }))
          .body,
      ).toMatchObject({
        error: { code: 'request.unsupportedType' },
      });
  });
});

describe('connections', () => {
  it('headers over 16 KiB are refused with 431, garbage with 400, both coded', async () => {
    const large = await raw((socket) =>
      socket.write(`GET / HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`),
    );
    expect(large.text).toMatch(/^HTTP\/1\.1 431 [\s\S]*"request.tooLarge"/);
    const garbage = await raw((socket) => socket.write('\x16\x03\x01 hello\r\n\r\n'));
    expect(garbage.text).toMatch(/^HTTP\/1\.1 400 [\s\S]*"request.invalid"/);
  });

  it('speak HTTP/2 and HTTP/1.1 over TLS, media and API alike', async () => {
    const session = connectHttp2(`https://127.0.0.1:${test.server.httpsPort}`, { rejectUnauthorized: false });
    const get = (path: string) =>
      new Promise<{ status: unknown; text: string }>((resolve, reject) => {
        const stream = session.request({ ':path': path });
        let text = '';
        let status: unknown;
        stream.on('response', (headers) => {
          status = headers[':status'];
        });
        stream.on('data', (chunk: Buffer) => {
          text += chunk;
        });
        stream.on('end', () => resolve({ status, text })).on('error', reject);
      });
    expect(await get('/media/public/x/now.json')).toEqual({ status: 200, text: 'media' });
    expect((await get('/healthz')).text).toContain('"ok":true');
    expect((await get('/watch/abc')).status).toBe(200);
    expect((await get('/api/v1/me')).status).toBe(401);
    session.close();
    const status = await new Promise((resolve, reject) => {
      httpsRequest(
        { port: test.server.httpsPort, path: '/healthz', rejectUnauthorized: false },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });
});

describe('clients', () => {
  const attempt = (forwarded: string, email: string) =>
    ask(
      test.base,
      'POST',
      '/api/v1/auth/sign-in/email',
      { email, password: 'wrong password' },
      { 'x-forwarded-for': forwarded },
    );

  it('fault 53: another address in the same /64 does not begin a new count', async () => {
    const statuses = [];
    for (let i = 0; i < 12; i += 1)
      statuses.push((await attempt(`2001:db8:0:1::${i + 1}`, 'one@example.org')).status);
    expect(statuses.slice(0, 10).every((status) => status === 401)).toBe(true);
    expect(statuses.slice(10)).toEqual([429, 429]);
    expect((await attempt('2001:db8:0:2::1', 'one@example.org')).status).toBe(401);
  });

  it('fault 71: 200 log-ins at once leave the server answering, and none is lost', async () => {
    const logIns = Array.from({ length: 200 }, (_, i) =>
      ask(
        test.base,
        'POST',
        '/api/v1/auth/sign-in/email',
        { email: adminEmail, password: adminPassword },
        { 'x-forwarded-for': `198.51.100.${i}` },
      ),
    );
    let slowest = 0;
    let done = false;
    const all = Promise.all(logIns).finally(() => {
      done = true;
    });
    while (!done) {
      const started = performance.now();
      await ask(test.base, 'GET', '/watch/abc');
      slowest = Math.max(slowest, performance.now() - started);
    }
    const statuses = (await all).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(50);
    expect(statuses.every((status) => status === 200 || status === 429)).toBe(true);
    expect(slowest).toBeLessThan(secondsHere(2) * 1000);
  });

  it('fault 73: a cross-site change is refused, whatever the cookie', async () => {
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ])
      for (const path of ['/api/v1/venues', '/api/v1/auth/sign-in/email', '/api/v1/auth/sign-out']) {
        const answer = await ask(test.base, 'POST', path, { title: 'x' }, { cookie, ...headers } as Record<
          string,
          string
        >);
        expect(answer.body.error.code).toBe('request.foreignOrigin');
      }
    const own = await ask(test.base, 'POST', '/api/v1/venues', { title: 'x' }, { cookie, origin: test.base });
    expect(own.status).toBe(201);
  });

  it('fault 73: a log-in cannot redirect to another site', async () => {
    const answer = await ask(
      test.base,
      'POST',
      '/api/v1/auth/sign-in/email',
      {
        email: adminEmail,
        password: adminPassword,
        callbackURL: 'https://evil.example/',
      },
      { 'x-forwarded-for': '192.0.2.50' },
    );
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
  });

  it('over TLS get a Secure, HttpOnly cookie', async () => {
    const answer = await ask(
      test.base,
      'POST',
      '/api/v1/auth/sign-in/email',
      { email: adminEmail, password: adminPassword },
      {
        'x-forwarded-proto': 'https',
        'x-forwarded-for': '192.0.2.51',
      },
    );
    expect(answer.headers.getSetCookie()[0]).toMatch(/HttpOnly.*; Secure$/i);
    expect(answer.headers.getSetCookie()[0]).toMatch(/SameSite=Lax/i);
  });
});

describe('pages', () => {
  it('are sent with their rules, assets for good', async () => {
    const page = await ask(test.base, 'GET', '/watch/abc');
    expect(page.body).toContain('watch');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('content-encoding')).toBe('gzip');
    const asset = await ask(test.base, 'GET', '/assets/a-123.js');
    expect(asset.headers.get('cache-control')).toContain('immutable');
    const again = await ask(test.base, 'GET', '/watch/abc', undefined, {
      'if-none-match': page.headers.get('etag') ?? '',
    });
    expect(again.status).toBe(304);
    expect((await ask(test.base, 'GET', '/console/venues/x')).body).toContain('console');
    expect((await ask(test.base, 'GET', '/')).body).toContain('home');
  });
});

describe('logs', () => {
  it('fault 55: line ends in names are escaped and secrets cut out', async () => {
    const title = 'evil\r\n{"level":"error","msg":"forged"}';
    const { body } = await ask(test.base, 'POST', '/api/v1/venues', { title }, { cookie });
    await ask(test.base, 'GET', '/api/v1/venues/%0d%0aforged', undefined, { cookie });
    const lines: string[] = [];
    const log = createLogger('info', { write: (line: string) => lines.push(line) });
    log.info({ title, streamKey: 'abc', request: { cookie: 'abc', password: 'abc' } }, 'x');
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('"abc"');
    for (const line of test.logged().split('\n').filter(Boolean))
      expect(() => JSON.parse(line)).not.toThrow();
    for (const secret of [adminPassword, body.keys[0].key, cookie.split('=')[1]?.slice(0, 20) ?? '?'])
      expect(test.logged()).not.toContain(secret);
  });

  it('fault 55: addresses are logged without passes and tokens', () => {
    expect(redactUrl('/media/s3cret/v1/now.json')).toBe('/media/[redacted]/v1/now.json');
    expect(redactUrl('/media/public/v1/now.json')).toBe('/media/public/v1/now.json');
    expect(redactUrl('/x?a=1&token=abc&sign=def')).toBe('/x?a=1&token=[redacted]&sign=[redacted]');
  });
});
