/** The rules every timeline store keeps, as tests: call it from the test file of an implementation. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits, TimelineError, type TimelineErrorReason, type TimelineStore } from './store.ts';

export type StoreUnderTest = {
  open(): Promise<TimelineStore>;
  /** Ends everything and removes what is left. */
  remove(): Promise<void>;
  /** Opens again over what the first one kept; absent where nothing is kept. */
  reopen?: () => Promise<TimelineStore>;
};

const text = (...texts: string[]): Buffer[] => texts.map((each) => Buffer.from(each));

export function describeTimelineStore(name: string, prepare: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the timeline store contract`, () => {
    let under: StoreUnderTest;
    let store: TimelineStore;
    beforeEach(async () => {
      under = await prepare();
      store = await under.open();
    });
    afterEach(async () => {
      await store.close();
      await under.remove();
    });

    const refuses = async (work: Promise<unknown>, reason: TimelineErrorReason): Promise<void> => {
      const error = await work.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(TimelineError);
      expect((error as TimelineError).reason).toBe(reason);
    };
    const readAll = async (timeline: string, stream: string): Promise<string[]> => {
      const found: string[] = [];
      for (;;) {
        const records = await store.read(timeline, stream, found.length, 100);
        if (records.length === 0) return found;
        records.forEach(({ n, data }) => {
          expect(n).toBe(found.length);
          found.push(data.toString());
        });
      }
    };

    it('rule 1: a stream nobody wrote to is empty and begins at 0', async () => {
      expect(await store.next('hall-1', 'stage')).toBe(0);
      expect(await store.read('hall-1', 'stage', 0, 10)).toEqual([]);
      expect(await store.read('hall-1', 'stage', 5, 10)).toEqual([]);
    });

    it('rule 2: records keep their order and numbers without a hole, over many appends', async () => {
      const { token } = await store.acquire('v', 'desk');
      let next = 0;
      const written: string[] = [];
      for (let count = 0; count < 150; count += 1) {
        const batch = Array.from({ length: 1 + (count % 4) }, (_, index) => `record ${next + index}`);
        next = await store.append('v', 'stage', token, next, text(...batch));
        written.push(...batch);
        expect(next).toBe(written.length);
      }
      expect(await readAll('v', 'stage')).toEqual(written);
      expect(await store.next('v', 'stage')).toBe(written.length);
    });

    it('rule 3: a read starts and stops where it is told', async () => {
      const { token } = await store.acquire('v', 'desk');
      await store.append('v', 's', token, 0, text('a', 'b', 'c'));
      await store.append('v', 's', token, 3, text('d', '', 'f'));
      expect((await store.read('v', 's', 2, 3)).map(({ n, data }) => [n, data.toString()])).toEqual([
        [2, 'c'],
        [3, 'd'],
        [4, ''],
      ]);
      expect(await store.read('v', 's', 6, 3)).toEqual([]);
      expect(await store.read('v', 's', 0, 0)).toEqual([]);
    });

    it('rule 4: an append that expects another number is refused and changes nothing', async () => {
      const { token } = await store.acquire('v', 'desk');
      await store.append('v', 's', token, 0, text('a'));
      await refuses(store.append('v', 's', token, 0, text('again')), 'conflict');
      await refuses(store.append('v', 's', token, 2, text('hole')), 'conflict');
      expect(await readAll('v', 's')).toEqual(['a']);
    });

    it('rule 5: of appends made at once with the same number exactly one is taken', async () => {
      const { token } = await store.acquire('v', 'desk');
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) => store.append('v', 's', token, 0, text(`writer ${index}`))),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await readAll('v', 's')).toHaveLength(1);
    });

    it('rule 6: tokens grow, and an older token never appends after a newer acquire', async () => {
      const first = await store.acquire('v', 'one');
      await store.append('v', 's', first.token, 0, text('a'));
      const second = await store.acquire('v', 'two');
      expect(second.token).toBeGreaterThan(first.token);
      await refuses(store.append('v', 's', first.token, 1, text('late')), 'fenced');
      await refuses(store.markClock('v', first.token, { at: 1, wall: 1 }), 'fenced');
      await store.release('v', first.token);
      expect(await store.append('v', 's', second.token, 1, text('b'))).toBe(2);
      expect(await readAll('v', 's')).toEqual(['a', 'b']);
    });

    it('rule 7: appends under way when the lease changes are before the new holder sees the end, or refused', async () => {
      const first = await store.acquire('v', 'one');
      const late = Array.from({ length: 50 }, (_, index) =>
        store.append('v', 's', first.token, index, text(`${index}`)),
      );
      const settled = Promise.allSettled(late);
      const second = await store.acquire('v', 'two');
      const seen = await store.next('v', 's');
      expect(await store.append('v', 's', second.token, seen, text('mine'))).toBe(seen + 1);
      const taken = (await settled).filter(({ status }) => status === 'fulfilled').length;
      expect(taken).toBe(seen);
      expect((await readAll('v', 's')).at(-1)).toBe('mine');
    });

    it('rule 8: nobody appends after release, or without a lease', async () => {
      await refuses(store.append('v', 's', 1, 0, text('a')), 'fenced');
      const { token } = await store.acquire('v', 'desk');
      await store.release('v', token);
      await refuses(store.append('v', 's', token, 0, text('a')), 'fenced');
    });

    it('rule 9: timelines and streams do not touch each other', async () => {
      const one = await store.acquire('one', 'desk');
      const two = await store.acquire('two', 'desk');
      await store.append('one', 'stage', one.token, 0, text('1'));
      await store.append('one', 'hall', one.token, 0, text('2'));
      await store.append('two', 'stage', two.token, 0, text('3'));
      expect(await readAll('one', 'stage')).toEqual(['1']);
      expect(await readAll('one', 'hall')).toEqual(['2']);
      expect(await readAll('two', 'stage')).toEqual(['3']);
    });

    it('rule 10: records, appends and names over the limits are refused and change nothing', async () => {
      const { token } = await store.acquire('v', 'desk');
      const append = (records: Buffer[]): Promise<number> => store.append('v', 's', token, 0, records);
      await refuses(append([Buffer.alloc(limits.recordBytes + 1)]), 'tooLarge');
      await refuses(append(Array.from({ length: 5 }, () => Buffer.alloc(limits.recordBytes))), 'tooLarge');
      const many = Array.from({ length: limits.appendRecords + 1 }, () => Buffer.alloc(0));
      await refuses(append(many), 'tooLarge');
      for (const name of ['', '../x', 'a/b', 'a\0', 'x'.repeat(65)]) {
        await refuses(store.append('v', name, token, 0, text('a')), 'badName');
        await refuses(store.acquire(name, 'desk'), 'badName');
      }
      await refuses(store.read('v', 's', -1, 1), 'badNumber');
      await refuses(store.read('v', 's', 0, 1.5), 'badNumber');
      expect(await store.next('v', 's')).toBe(0);
      expect(await append([Buffer.alloc(limits.recordBytes, 1)])).toBe(1);
    });

    it('rule 11: a read is bounded in bytes and can be gone on with', async () => {
      const { token } = await store.acquire('v', 'desk');
      const half = Buffer.alloc(limits.recordBytes / 2, 7);
      for (let next = 0; next < 12; ) next = await store.append('v', 's', token, next, [half, half, half]);
      const first = await store.read('v', 's', 0, 100);
      expect(first).toHaveLength(8);
      expect((await store.read('v', 's', 8, 100)).map(({ n }) => n)).toEqual([8, 9, 10, 11]);
    });

    it('rule 12: readers at work while another appends see only whole records in order', async () => {
      const { token } = await store.acquire('v', 'desk');
      const total = 200;
      let done = false;
      const reader = async (): Promise<number> => {
        let from = 0;
        while (from < total) {
          const records = await store.read('v', 's', from, 17);
          for (const { n, data } of records) {
            expect(n).toBe(from);
            expect(data.toString()).toBe(`record ${from}`);
            from += 1;
          }
          if (done && records.length === 0) break;
          // A read that finds nothing may not touch the disk: without this turn nobody else would ever run.
          await nextTurn();
        }
        return from;
      };
      const readers = [reader(), reader(), reader()];
      for (let next = 0; next < total; )
        next = await store.append('v', 's', token, next, text(`record ${next}`));
      done = true;
      expect(await Promise.all(readers)).toEqual([total, total, total]);
    });

    it('rule 13: what a caller does to a buffer afterwards changes nothing', async () => {
      const { token } = await store.acquire('v', 'desk');
      const buffer = Buffer.from('before');
      await store.append('v', 's', token, 0, [buffer]);
      buffer.fill('x');
      expect(await readAll('v', 's')).toEqual(['before']);
    });

    it('rule 14: the clock mark is kept and never goes back', async () => {
      expect(await store.clock('v')).toBeUndefined();
      const { token } = await store.acquire('v', 'desk');
      await store.markClock('v', token, { at: 2000, wall: 1990 });
      await store.markClock('v', token, { at: 1000, wall: 3000 });
      expect(await store.clock('v')).toEqual({ at: 2000, wall: 1990 });
    });

    it('rule 15: a closed store refuses, and closes twice', async () => {
      await store.close();
      await store.close();
      await refuses((async () => store.next('v', 's'))(), 'closed');
    });

    it('rule 16: after a restart records, clock and tokens go on where they were', async () => {
      if (under.reopen === undefined) return;
      const first = await store.acquire('v', 'desk');
      await store.append('v', 's', first.token, 0, text('a', 'b'));
      await store.markClock('v', first.token, { at: 5000, wall: 5000 });
      store = await under.reopen();
      expect(await readAll('v', 's')).toEqual(['a', 'b']);
      expect(await store.clock('v')).toEqual({ at: 5000, wall: 5000 });
      await refuses(store.append('v', 's', first.token, 2, text('late')), 'fenced');
      const second = await store.acquire('v', 'desk');
      expect(second.token).toBeGreaterThan(first.token);
      expect(await store.append('v', 's', second.token, 2, text('c'))).toBe(3);
    });

    it('rule 17: a removed stream is gone, begins at 0 again, and is gone after a restart too', async () => {
      const { token } = await store.acquire('v', 'desk');
      await store.append('v', 's', token, 0, text('a', 'b'));
      await store.append('v', 'other', token, 0, text('kept'));
      await store.remove('v', 's', token);
      await store.remove('v', 'nothing', token);
      expect(await store.next('v', 's')).toBe(0);
      expect(await store.read('v', 's', 0, 10)).toEqual([]);
      expect(await readAll('v', 'other')).toEqual(['kept']);
      expect(await store.append('v', 's', token, 0, text('new'))).toBe(1);
      expect(await readAll('v', 's')).toEqual(['new']);
      await store.remove('v', 's', token);
      if (under.reopen !== undefined) store = await under.reopen();
      expect(await readAll('v', 's')).toEqual([]);
    });

    it('rule 18: only the newest lease removes', async () => {
      const first = await store.acquire('v', 'one');
      await store.append('v', 's', first.token, 0, text('a'));
      await store.acquire('v', 'two');
      await refuses(store.remove('v', 's', first.token), 'fenced');
      await refuses(store.remove('v', '../s', first.token), 'badName');
      expect(await readAll('v', 's')).toEqual(['a']);
    });
  });
}
