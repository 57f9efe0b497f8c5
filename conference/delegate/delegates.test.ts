import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { silent, startTestDatabase, type TestDatabase } from '#tests/harness/test-database.ts';
import { Sealing } from '../sealing.ts';
import { writeWorkbook } from '../sheet/workbook-writer.ts';
import { DelegateImports } from './delegate-imports.ts';
import type { DelegateListRow } from './delegate-tables.ts';
import { Delegates } from './delegates.ts';

const secret = 'a secret of 256 bits, for instance';
let database: TestDatabase;
let delegates: Delegates;
let imports: DelegateImports;
let conference: string;
let list: DelegateListRow;
let changes: (string | undefined)[];
let count = 0;

beforeAll(async () => {
  database = await startTestDatabase();
}, 90_000);
afterAll(() => database?.close());
beforeEach(async () => {
  conference = `c${++count}`;
  await database.addConference(conference);
  delegates = new Delegates(database.db, new Sealing(secret));
  changes = [];
  delegates.onChanged((_, user) => changes.push(user));
  const folder = join(database.dataDir, `imports${count}`);
  imports = new DelegateImports({ pool: database.longPool, delegates, secret, folder, log: silent });
  await imports.load();
  list = (await delegates.find(await delegates.create(conference, '代表')))!;
});

const take = (content: string | Buffer, name = 'list') =>
  imports.take(list, name, Readable.from([Buffer.from(content)]));
const bring = async (content: string | Buffer, replace = false) => {
  const { id } = await take(content);
  imports.apply(id, undefined, replace);
  await imports.idle();
  return imports.get(id)!.view;
};
const facts = async (user: string, phone: string | null) => {
  const { lists, tiers } = await delegates.factsOf(conference, user, phone);
  return { lists: [...lists], tiers: [...tiers] };
};

describe('an import', () => {
  it('shows headings and first rows before anything is written', async () => {
    const seen = await take('序号,姓名,手机号,单位,级别\n1,张三,13812345678,协和,金卡\n');
    expect(seen).toMatchObject({
      state: 'ready',
      headingRow: 1,
      sample: [['1', '张三', '13812345678', '协和', '金卡']],
    });
    expect(seen.columns.map(({ as }) => as)).toEqual(['none', 'name', 'phone', 'unit', 'tier']);
    expect((await delegates.lists(conference))[0]).toMatchObject({ delegates: 0 });
  });

  it('takes good rows and tells the others by their line', async () => {
    const view = await bring(
      [
        '姓名,手机,证件号后四位',
        '张三,13812345678,',
        '李四,,123X',
        '王五,123,',
        '赵六,138 1234 5678,',
        '钱七,,',
        ',,',
        '孙八,13700000000,12',
      ].join('\n'),
    );
    expect(view).toMatchObject({
      state: 'done',
      counts: { rows: 6, added: 2, changed: 0, same: 0, errors: 4 },
    });
    expect(view.errors).toEqual([
      { row: 4, kind: 'phone', detail: '123' },
      { row: 5, kind: 'duplicate', detail: '2' },
      { row: 6, kind: 'missing', detail: '钱七' },
      { row: 8, kind: 'idTail', detail: '2 characters' },
    ]);
  });

  it('reads workbooks, numbers as phones and title rows included', async () => {
    const workbook = writeWorkbook([
      {
        name: '名单',
        header: ['姓名', '手机', '单位'],
        notes: ['参会名单'],
        rows: [['张三', 13812345678, '协和医院']],
      },
    ]);
    expect(await bring(workbook)).toMatchObject({
      state: 'done',
      headingRow: 2,
      counts: { added: 1, errors: 0 },
    });
    expect(await facts('u', '+8613812345678')).toMatchObject({ lists: [list.id] });
  });

  it('reads GB18030, UTF-16 and UTF-8 with its mark', async () => {
    const gb = Buffer.from([
      0xd0, 0xd5, 0xc3, 0xfb, 0x2c, 0xca, 0xd6, 0xbb, 0xfa, 0x0a, 0xd5, 0xc5, 0xc8, 0xfd,
    ]);
    const texts = [
      Buffer.concat([gb, Buffer.from(',13800000001\n')]),
      Buffer.from('\ufeff姓名\t手机\n张三\t13800000002\n', 'utf16le'),
      Buffer.from('\ufeff姓名;手机\r\n"张三";"13800000003"\r\n'),
    ];
    for (const text of texts) expect(await bring(text)).toMatchObject({ counts: { added: 1, errors: 0 } });
    expect((await delegates.page(list, { limit: 10 })).items.map(({ name }) => name)).toEqual(
      [...'三三三'].map((x) => `张${x}`),
    );
  });

  it('again changes what is different, and takes nobody off unless asked to', async () => {
    await bring('姓名,手机,级别\n张三,13812345678,银\n李四,13900000000,银\n');
    const again = await bring('姓名,手机,级别\n张三,13812345678,金\n王五,13700000000,银\n');
    expect(again.counts).toMatchObject({ added: 1, changed: 1, same: 0, removed: 0 });
    expect(await facts('u', '+8613900000000')).toMatchObject({ lists: [list.id] });
    const replaced = await bring('姓名,手机,级别\n张三,13812345678,金\n', true);
    expect(replaced.counts).toMatchObject({ added: 0, changed: 0, same: 1, removed: 2 });
    expect(await facts('u', '+8613900000000')).toMatchObject({ lists: [] });
    expect(changes).toContain(undefined);
  });

  it('of something else is refused, saying what it is', async () => {
    await expect(take(Buffer.from([0, 1, 2, 3]))).rejects.toMatchObject({ code: 'delegate.file' });
    for (const nothing of ['', '\n\n'])
      await expect(take(nothing)).rejects.toMatchObject({ code: 'delegate.empty' });
    const old = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    await expect(take(old)).rejects.toMatchObject({ code: 'delegate.oldWorkbook' });
    await expect(take(Buffer.from('PK\x03\x04 nothing'))).rejects.toMatchObject({ code: 'delegate.file' });
    const nameless = await take('姓名,单位\n张三,协和\n');
    expect(() => imports.apply(nameless.id, undefined, false)).toThrow('delegate.columns');
  });

  it('that breaks off says why in both languages, and nothing of it stays', async () => {
    const { id } = await take('姓名,手机\n张三,13812345678\n');
    await rm(join(database.dataDir, `imports${count}`, id));
    await writeFile(join(database.dataDir, `imports${count}`, id), Buffer.from([0, 1, 2, 3]));
    imports.apply(id, undefined, false);
    await imports.idle();
    expect(imports.get(id)!.view).toMatchObject({
      state: 'failed',
      failure: {
        code: 'delegate.file',
        message: { zh: expect.stringContaining('无法读取'), en: expect.stringContaining('cannot be read') },
      },
    });
    expect((await delegates.page(list, { limit: 10 })).items).toEqual([]);
  });

  it('fault 56: of a workbook that unpacks without end is refused', async () => {
    const bomb = writeWorkbook([
      { name: 'a', header: ['手机'], rows: Array.from({ length: 20_000 }, () => ['1'.repeat(2000)]) },
    ]);
    expect(bomb.length).toBeLessThan(3_000_000);
    await expect(take(bomb)).rejects.toMatchObject({ code: 'delegate.file' });
  });

  it('leaves no file and no row when it was cancelled', async () => {
    const { id } = await take(
      `手机\n${Array.from({ length: 20_000 }, (_, n) => 13800000000 + n).join('\n')}`,
    );
    imports.apply(id, undefined, false);
    await imports.drop(id);
    await imports.idle();
    expect(imports.get(id)!.view.state).toBe('failed');
    expect((await delegates.lists(conference))[0]).toMatchObject({ delegates: 0 });
    expect((await database.pool.query('SELECT 1 FROM delegate_staging')).rowCount).toBe(0);
    expect(await readdir(join(database.dataDir, `imports${count}`))).toEqual([]);
  });

  it('that a killed server left is swept at the next start', async () => {
    const folder = join(database.dataDir, `imports${count}`);
    await writeFile(join(folder, 'left'), 'x');
    await imports.load();
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });
});

describe('a delegate', () => {
  beforeEach(() => bring('姓名,手机,后四位,级别\n张三,13812345678,123X,金卡\n李四,,4321,\n'));

  it('is known by the confirmed phone, with the tier of the list', async () => {
    expect(await facts('u', '+8613812345678')).toEqual({ lists: [list.id], tiers: ['金卡'] });
    expect(await facts('v', '+8613812345679')).toEqual({ lists: [], tiers: [] });
    expect(await facts('w', null)).toEqual({ lists: [], tiers: [] });
  });

  it('claims a place by name and the last four of the ID, once', async () => {
    expect(await delegates.claim(conference, 'u', ' 李四', '4321')).toEqual([list.id]);
    expect(await facts('u', null)).toMatchObject({ lists: [list.id] });
    expect(await delegates.claim(conference, 'u', '李四', '4321')).toEqual([list.id]);
    for (const [name, tail] of [
      ['李四', '4321'],
      ['李四', '4322'],
      ['王五', '4321'],
    ] as const)
      await expect(delegates.claim(conference, 'v', name, tail)).rejects.toMatchObject({
        code: 'delegate.notMatched',
      });
  });

  it('loses a place that was claimed by name to the owner of the phone', async () => {
    await delegates.claim(conference, 'thief', '张三', '123x');
    expect(await facts('thief', null)).toMatchObject({ lists: [list.id] });
    expect(await facts('owner', '+8613812345678')).toMatchObject({ lists: [list.id] });
    expect(await facts('thief', null)).toMatchObject({ lists: [] });
    expect(changes).toContain('thief');
    await expect(delegates.claim(conference, 'thief', '张三', '123X')).rejects.toMatchObject({
      code: 'delegate.notMatched',
    });
  });

  it('race: of twenty people who claim one place at once one gets it', async () => {
    const tries = Array.from({ length: 20 }, (_, n) => delegates.claim(conference, `u${n}`, '李四', '4321'));
    const won = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled');
    expect(won).toHaveLength(1);
  });

  it('is none of another conference, and the marks of one phone differ between conferences', async () => {
    const other = `${conference}x`;
    await database.addConference(other);
    expect((await delegates.factsOf(other, 'u', '+8613812345678')).lists.size).toBe(0);
    const second = (await delegates.find(await delegates.create(other, 'L')))!;
    await delegates.add(second, { name: '张三', phone: '13812345678', idTail: '', unit: '', tier: '' });
    const { rows } = await database.pool.query(
      `SELECT DISTINCT phone_mark FROM delegate WHERE phone_shown = '138****5678' AND conference_id = ANY($1)`,
      [[conference, other]],
    );
    expect(rows).toHaveLength(2);
  });

  it('is found by part of the name, the whole phone and its last four; pages follow each other', async () => {
    const names = async (q: string) =>
      (await delegates.page(list, { q, limit: 10 })).items.map(({ name }) => name);
    expect(await names('三')).toEqual(['张三']);
    expect(await names('138-1234-5678')).toEqual(['张三']);
    expect(await names('5678')).toEqual(['张三']);
    expect(await names('%')).toEqual([]);
    const first = await delegates.page(list, { limit: 1 });
    const second = await delegates.page(list, { limit: 1, cursor: first.next! });
    expect([...first.items, ...second.items].map(({ name }) => name).sort()).toEqual(['张三', '李四']);
    expect(second).toMatchObject({ next: null, total: 2 });
  });
});

it('a dump of the table holds no phone and no ID tail', async () => {
  await bring('姓名,手机,后四位\n张三,13812345678,9876\n');
  const { rows } = await database.pool.query('SELECT d::text AS row FROM delegate d WHERE list_id = $1', [
    list.id,
  ]);
  expect(rows[0].row).not.toMatch(/13812345678|9876|12345678/);
});

it('a list that is being imported twice goes one after the other', async () => {
  const a = await take('手机\n13800000001\n');
  const b = await take('手机\n13800000002\n');
  imports.apply(a.id, undefined, false);
  imports.apply(b.id, undefined, false);
  await vi.waitUntil(() => imports.get(b.id)!.view.state === 'done', { timeout: 20_000 });
  expect((await delegates.lists(conference))[0]).toMatchObject({ delegates: 2 });
});
