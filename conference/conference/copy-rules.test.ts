import { expect, it } from 'vitest';
import type { Rule } from '#contracts/access.ts';
import { copied } from './copy-rules.ts';

it('rules that are copied ask no less than before, and nothing of the old conference', () => {
  const live: Rule = {
    join: 'all',
    conditions: [{ kind: 'password' }, { kind: 'delegate', lists: ['old'] }, { kind: 'paid', fen: 100 }],
    previewMinutes: 5,
  };
  expect(copied({ live, replay: 'closed' })).toEqual({
    live: {
      join: 'all',
      conditions: [
        { kind: 'code', batches: [] },
        { kind: 'delegate', lists: [] },
        { kind: 'paid', fen: 100 },
      ],
      previewMinutes: 5,
    },
    replay: 'closed',
  });
  expect(copied({ live: null, replay: null })).toEqual({ live: null, replay: null });
});
