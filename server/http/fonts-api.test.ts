import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fontLimits, fontSchema } from '#contracts/font.ts';
import { ask, logIn, startTestServer, type TestServer } from '#tests/faults/server-double.ts';
import { bundledFonts } from '../../slides/fonts.ts';

let test: TestServer;
let cookie: string;
let font: Buffer;
beforeAll(async () => {
  test = await startTestServer();
  cookie = await logIn(test.base);
  font = await readFile(bundledFonts()[0]!);
});
afterAll(() => test?.close());

const call = (method: string, path: string) =>
  ask(test.base, method, `/api/v1${path}`, undefined, { cookie });
async function upload(name: string, bytes: Buffer, as = cookie) {
  const answer = await fetch(`${test.base}/api/v1/fonts?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', cookie: as },
    body: new Uint8Array(bytes),
  });
  return { status: answer.status, body: await answer.json() };
}

describe('fonts for decks', () => {
  it('are uploaded, listed and deleted by the owner of the installation, with a line in the audit log each', async () => {
    const { status, body } = await upload('思源黑体.otf', font);
    expect(status).toBe(201);
    const added = fontSchema.parse(body);
    expect(added).toMatchObject({ name: '思源黑体.otf', bytes: font.length });
    expect((await call('GET', '/fonts')).body).toEqual({ fonts: [added] });
    expect((await call('DELETE', `/fonts/${added.id}`)).status).toBe(204);
    expect((await call('DELETE', `/fonts/${added.id}`)).status).toBe(404);
    expect((await call('GET', '/fonts')).body).toEqual({ fonts: [] });
    const audit = JSON.stringify((await call('GET', '/audit')).body);
    expect(audit.match(/"font\.\w+"/g)).toEqual(['"font.delete"', '"font.add"']);
    expect(audit).toContain('思源黑体.otf');
  });

  it('are nobody else’s to give, and only what is a font is taken', async () => {
    expect((await upload('a.ttf', font, '')).status).toBe(401);
    expect((await upload('a.ttf', Buffer.from('not a font'))).body.error.code).toBe('font.kind');
    expect((await upload('a.ttf', Buffer.alloc(fontLimits.bytes + 1))).body.error.code).toBe(
      'request.tooLarge',
    );
    expect(await readdir(join(test.dataDir, 'fonts'))).toEqual([]);
  });
});
