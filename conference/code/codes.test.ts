import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestDatabase, type TestDatabase } from '#tests/harness/test-database.ts';
import { Sealing } from '../sealing.ts';
import { newCode, normalCode, shownCode } from './code-text.ts';
import { Codes } from './codes.ts';

let database: TestDatabase;
let codes: Codes;
let conference: string;
let now: number;
let changes: (string | undefined)[];
let count = 0;

beforeAll(async () => {
  database = await startTestDatabase();
}, 90_000);
afterAll(() => database?.close());
beforeEach(async () => {
  conference = `c${++count}`;
  await database.addConference(conference);
  now = 1_000_000;
  codes = new Codes(database.db, new Sealing('secret'), () => now);
  changes = [];
  codes.onChanged((_, user) => changes.push(user));
});

const batch = (more: Partial<Parameters<Codes['create']>[1]> = {}) =>
  codes.create(conference, { name: 'VIP', codes: 3, uses: 2, expiresAt: null, createdBy: 'x', ...more });
const codesOf = async (id: string): Promise<string[]> => {
  const all: string[] = [];
  for await (const piece of codes.codesOf(id)) all.push(...piece.map(({ code }) => code));
  return all;
};

describe('a code', () => {
  it('has no signs that are mistaken for others, and is read however it is typed', () => {
    const made = Array.from({ length: 500 }, newCode);
    expect(made.join('')).not.toMatch(/[0O1IL]/);
    expect(new Set(made).size).toBe(500);
    const code = made[0]!;
    expect(normalCode(` ${shownCode(code).toLowerCase()} `)).toBe(code);
    expect(normalCode('ABCDE-FGH20')).toBeUndefined();
  });

  it('lets a person in once, and as many people as it says', async () => {
    const id = await batch();
    const [code = ''] = await codesOf(id);
    expect(await codes.redeem(conference, 'a', code)).toEqual({ batch: { id, name: 'VIP' }, again: false });
    expect(await codes.redeem(conference, 'a', code.toLowerCase())).toMatchObject({ again: true });
    await codes.redeem(conference, 'b', code);
    await expect(codes.redeem(conference, 'c', code)).rejects.toMatchObject({ code: 'code.usedUp' });
    expect(await codes.factsOf(conference, 'a')).toEqual(new Set([id]));
    expect((await codes.batches(conference))[0]).toMatchObject({ used: 2, opened: 1, codes: 3 });
    expect(changes).toEqual(['a', 'b']);
  });

  it('race: fifty people at once use a code of seven uses seven times', async () => {
    const id = await batch({ codes: 1, uses: 7 });
    const [code = ''] = await codesOf(id);
    const tries = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => codes.redeem(conference, `u${n}`, code)),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
    const { rows } = await database.pool.query(
      'SELECT count(*)::int AS n FROM code_use WHERE batch_id = $1',
      [id],
    );
    expect(rows[0].n).toBe(7);
    expect((await codes.batches(conference))[0]).toMatchObject({ used: 7 });
  });

  it('race: one person who presses ten times uses it once', async () => {
    const id = await batch({ codes: 1, uses: 7 });
    const [code = ''] = await codesOf(id);
    const tries = await Promise.allSettled(
      Array.from({ length: 10 }, () => codes.redeem(conference, 'same', code)),
    );
    expect(tries.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect((await codes.batches(conference))[0]).toMatchObject({ used: 1 });
  });

  it('is wrong in another conference, when revoked, and when made up', async () => {
    const id = await batch();
    const [code = ''] = await codesOf(id);
    await expect(codes.redeem('other', 'a', code)).rejects.toMatchObject({ code: 'code.wrong' });
    await expect(codes.redeem(conference, 'a', newCode())).rejects.toMatchObject({ code: 'code.wrong' });
    await codes.redeem(conference, 'a', code);
    await codes.revoke((await codes.find(id))!);
    expect(await codes.factsOf(conference, 'a')).toEqual(new Set());
    await expect(codes.redeem(conference, 'b', code)).rejects.toMatchObject({ code: 'code.wrong' });
    expect(changes.at(-1)).toBeUndefined();
  });

  it('expires for those who come later, not for those who are in, and is not counted for them', async () => {
    const id = await batch({ expiresAt: now + 10 });
    const [code = ''] = await codesOf(id);
    await codes.redeem(conference, 'a', code);
    now += 10;
    await expect(codes.redeem(conference, 'b', code)).rejects.toMatchObject({ code: 'code.expired' });
    expect(await codes.factsOf(conference, 'a')).toEqual(new Set([id]));
    expect((await codes.batches(conference))[0]).toMatchObject({ used: 1 });
    await expect(batch({ expiresAt: now })).rejects.toMatchObject({ code: 'request.invalid' });
  });
});

it('20,000 codes are made at once, and no dump tells one', async () => {
  const id = await batch({ codes: 20_000, uses: 1 });
  const all = await codesOf(id);
  expect(new Set(all).size).toBe(20_000);
  const { rows } = await database.pool.query('SELECT c::text AS row FROM invite_code c WHERE batch_id = $1', [
    id,
  ]);
  const plain = normalCode(all[0]!)!;
  expect(rows.some(({ row }) => row.includes(plain))).toBe(false);
});
