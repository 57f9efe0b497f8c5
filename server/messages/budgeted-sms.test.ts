import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CodedError } from '#contracts/errors.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { smsSentTable } from '../db/schema.ts';
import { BudgetedSms, type SmsBudget } from './budgeted-sms.ts';
import type { Sms } from './sms.ts';

const log = pino({ level: 'silent' });
let dataDir: string;
let database: Database;
let now = Date.UTC(2026, 4, 1);
let delivered: Sms[];
let refuses = false;

const sender = (budget: Partial<SmsBudget>) =>
  new BudgetedSms({
    db: database.db,
    provider: {
      name: 'double',
      can: (purpose) => purpose !== 'reminder',
      deliver: async (sms) => {
        if (refuses) throw new Error('isv.OUT_OF_SERVICE');
        delivered.push(sms);
      },
    },
    budget: { spacing: 0, perPhone: 100, perClient: 100, perDay: 100, ...budget },
    secret: 'secret',
    log,
    now: () => now,
  });
const code = (phone: string): Sms => ({ phone, purpose: 'code', values: { code: '123456', minutes: '5' } });
const outcome = (work: Promise<void>) =>
  work.then(
    () => 'sent',
    (error: unknown) => (error instanceof CodedError ? error.code : String(error)),
  );
const [one, two] = ['+8613800138000', '+8613800138001'];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rostrum-sms-'));
  database = await openDatabase({ dataDir, url: undefined, connections: 5, log });
}, 60_000);
afterAll(async () => {
  await database?.close();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  await database.db.delete(smsSentTable);
  delivered = [];
  refuses = false;
});

describe('the budget of text messages', () => {
  it('keeps a distance between two of one kind to one number, and says how long', async () => {
    const sms = sender({ spacing: 60 });
    await sms.send(code(one));
    now += 20_000;
    await expect(sms.send(code(one))).rejects.toMatchObject({ code: 'sms.tooMany', detail: 'again in 40 s' });
    await sms.send({ phone: one, purpose: 'consent', values: { talk: 'A', url: 'https://x' } });
    await sms.send(code(two));
    now += 40_000;
    await sms.send(code(one));
    expect(delivered).toHaveLength(4);
  });

  it('holds when a hundred ask at once', async () => {
    const sms = sender({ perPhone: 3 });
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => outcome(sms.send(code(one)))));
    expect(outcomes.filter((text) => text === 'sent')).toHaveLength(3);
    expect(new Set(outcomes)).toEqual(new Set(['sent', 'sms.tooMany']));
  });

  it('counts by address, but not what the staff sends', async () => {
    const sms = sender({ perClient: 2 });
    await sms.send(code(one), '10.0.0.1');
    await sms.send(code(two), '10.0.0.1');
    expect(await outcome(sms.send(code(one), '10.0.0.1'))).toBe('sms.tooMany');
    expect(await outcome(sms.send(code(one), '10.0.0.2'))).toBe('sent');
    expect(await outcome(sms.send(code(one)))).toBe('sent');
  });

  it('ends for everybody at the limit of the day, and begins anew a day later', async () => {
    const sms = sender({ perDay: 2 });
    await sms.send(code(one));
    await sms.send(code(two));
    expect(await outcome(sms.send(code('+8613800138002')))).toBe('sms.tooMany');
    now += 24 * 3600_000 + 1;
    expect(await outcome(sms.send(code(one)))).toBe('sent');
  });

  it('counts what the provider refused too, and tells the person no reason of the provider', async () => {
    refuses = true;
    const sms = sender({ perPhone: 1 });
    await expect(sms.send(code(one))).rejects.toMatchObject({ code: 'sms.failed', detail: undefined });
    expect(await outcome(sms.send(code(one)))).toBe('sms.tooMany');
  });

  it('sends nothing it has no template for', async () => {
    const reminder: Sms = { phone: one, purpose: 'reminder', values: { title: 'A', time: 'B', url: 'C' } };
    expect(await outcome(sender({}).send(reminder))).toBe('sms.off');
  });

  it('keeps no number, and addresses for a day only', async () => {
    const sms = sender({});
    await sms.send(code(one), '10.0.0.1');
    expect(JSON.stringify(await database.db.select().from(smsSentTable))).not.toContain(one.slice(3));
    now += 25 * 3600_000;
    await sms.prune();
    expect(await database.db.select().from(smsSentTable)).toMatchObject([{ client: null, taken: true }]);
  });
});
