import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ask, logIn, startTestServer, type TestServer } from '#tests/faults/server-double.ts';
import { createPaperConverter } from '#tests/harness/paper-converter.ts';
import { PresenterDevice } from '#tests/harness/presenter.ts';
import { readConfig } from '../config.ts';
import { dumpedTables, passingTables } from '../db/dump.ts';
import { ownMigrations } from '../db/migrate.ts';
import { createLogger } from '../log.ts';
import { writeBackup } from './backup.ts';
import { restoreBackup } from './restore.ts';
import { packTar, type TarFile, unpackTar } from './tar.ts';

const log = createLogger('silent');
let folder: string;
let test: TestServer;
let venue: { id: string };
const segment = Buffer.alloc(100_001, 7);
const configFor = (dataDir: string) => readConfig({ ROSTRUM_DATA_DIR: dataDir });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-backup-'));
  // The database user must get through.
  await chmod(folder, 0o711);
  test = await startTestServer();
  const cookie = await logIn(test.base);
  venue = (await ask(test.base, 'POST', '/api/v1/venues', { title: 'Kept "hall" 会场' }, { cookie })).body;
  const run = join(test.dataDir, `media/${venue.id}/runs/r1/program/source`);
  await mkdir(run, { recursive: true });
  await writeFile(join(run, '0.m4s'), segment);
  await writeFile(join(run, 'index.log'), 'index');
}, 60_000);
afterAll(async () => {
  await test?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a backup', { timeout: 60_000 }, () => {
  it('holds every table there is', async () => {
    const made = (await ownMigrations()).flatMap(({ sql }) =>
      [...sql.matchAll(/^CREATE TABLE "?(\w+)"?/gm)].map(([, name]) => name),
    );
    expect([...dumpedTables, ...passingTables].sort()).toEqual(made.sort());
  });

  it('of a deck that was being converted is converted after it came back', async () => {
    const busy = createPaperConverter();
    busy.gates.set(1, new Promise(() => undefined));
    const before = await startTestServer({}, { convert: busy.convert });
    const target = join(folder, 'with-deck');
    let deckId: string;
    try {
      const talks = before.server.talks;
      const cookie = await logIn(before.base);
      const hall = (await ask(before.base, 'POST', '/api/v1/venues', { title: 'Hall' }, { cookie })).body;
      const talk = await talks.create(hall.id, { title: 'Talk' });
      const speaker = await PresenterDevice.open(
        `${before.base}/api/v1`,
        {
          request: async (method, path, body) =>
            (await ask(before.base, method, `/api/v1${path}`, body, { cookie })).body,
        },
        talk.id,
      );
      deckId = (await speaker.upload('a.pptx', Buffer.from('one\ntwo'))).id;
      await vi.waitFor(() => expect(busy.begun).toBe(2), { timeout: 10_000 });
      const file = join(folder, 'deck.tar.gz');
      await writeBackup(configFor(before.dataDir), file, true, log);
      await restoreBackup(configFor(target), file, false, log);
    } finally {
      await before.close();
    }
    const after = await startTestServer({}, { dataDir: target, convert: createPaperConverter().convert });
    try {
      const cookie = await logIn(after.base);
      await vi.waitFor(
        async () =>
          expect(
            (await ask(after.base, 'GET', `/api/v1/decks/${deckId}`, undefined, { cookie })).body,
          ).toMatchObject({
            ...{ state: 'ready', done: 2, pages: [{ title: 'one' }, { title: 'two' }] },
          }),
        { timeout: 10_000 },
      );
    } finally {
      await after.close();
    }
  });

  it('made beside a running server brings back accounts, venues, keys and recordings', async () => {
    const file = join(folder, 'one.tar.gz');
    await writeBackup(configFor(test.dataDir), file, true, log);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const target = join(folder, 'restored');
    const done = await restoreBackup(configFor(target), file, false, log);
    expect(done.leftOut).toBe(0);
    expect(await readFile(join(target, `media/${venue.id}/runs/r1/program/source/0.m4s`))).toEqual(segment);

    const again = await startTestServer({}, { dataDir: target });
    try {
      const cookie = await logIn(again.base);
      const { body } = await ask(again.base, 'GET', `/api/v1/venues/${venue.id}`, undefined, { cookie });
      expect(body.title).toBe('Kept "hall" 会场');
      expect(again.server.venues.get(venue.id)).toEqual(test.server.venues.get(venue.id));
      const { body: audit } = await ask(again.base, 'GET', '/api/v1/audit', undefined, { cookie });
      expect(audit.items[0].action).toBe('venue.create');
      expect((await ask(again.base, 'POST', '/api/v1/venues', { title: 'New' }, { cookie })).status).toBe(
        201,
      );
    } finally {
      await again.close();
    }
  });

  it('without media lists the recordings instead', async () => {
    const file = join(folder, 'two.tar.gz');
    await writeBackup(configFor(test.dataDir), file, false, log);
    expect((await stat(file)).size).toBeLessThan(50_000);
    const target = join(folder, 'restored-two');
    expect((await restoreBackup(configFor(target), file, false, log)).leftOut).toBe(1);
  });

  it('is refused by a folder that is not empty, unless forced', async () => {
    const file = join(folder, 'three.tar.gz');
    await writeBackup(configFor(test.dataDir), file, true, log);
    const target = join(folder, 'full');
    await mkdir(join(target, 'media'), { recursive: true });
    await writeFile(join(target, 'media/old.txt'), 'old');
    await expect(restoreBackup(configFor(target), file, false, log)).rejects.toThrow('must be empty');
    await restoreBackup(configFor(target), file, true, log);
    expect(await readFile(join(target, `media/${venue.id}/runs/r1/program/source/index.log`), 'utf8')).toBe(
      'index',
    );
  });

  it('that was damaged changes nothing', async () => {
    const file = join(folder, 'four.tar.gz');
    await writeBackup(configFor(test.dataDir), file, true, log);
    const bytes = await readFile(file);
    bytes[Math.floor(bytes.length / 2)]! ^= 0xff;
    await writeFile(file, bytes);
    const target = join(folder, 'damaged');
    await expect(restoreBackup(configFor(target), file, false, log)).rejects.toThrow();
    await expect(stat(join(target, 'media'))).rejects.toThrow('ENOENT');
  });
});

describe('the tape archive', () => {
  const fileOf = (name: string, content: Buffer): TarFile => ({
    name,
    size: content.length,
    mtime: 1,
    content: Readable.from([content.subarray(0, 10), content.subarray(10)].filter((part) => part.length > 0)),
  });

  it('gives back names and bytes of every length', async () => {
    const files = [0, 1, 511, 512, 513, 70_000].map(
      (size) => [`files/${'d'.repeat(90)}/${size}.bin`, Buffer.alloc(size, size % 251)] as const,
    );
    const packed = Readable.from(
      packTar(
        (async function* () {
          for (const [name, content] of files) yield fileOf(name, content);
        })(),
      ),
    );
    const got: [string, string][] = [];
    for await (const entry of unpackTar(packed)) {
      const hash = createHash('sha256');
      for await (const chunk of entry.content) hash.update(chunk);
      got.push([entry.name, hash.digest('hex')]);
    }
    expect(got).toEqual(
      files.map(([name, content]) => [name, createHash('sha256').update(content).digest('hex')]),
    );
  });

  it('is refused when it is cut or is something else', async () => {
    const read = async (bytes: Buffer) => {
      for await (const entry of unpackTar(Readable.from([bytes]))) for await (const _ of entry.content);
    };
    await expect(read(Buffer.alloc(300, 1))).rejects.toThrow('too early');
    await expect(read(Buffer.alloc(2000, 1))).rejects.toThrow('not a backup');
  });
});
