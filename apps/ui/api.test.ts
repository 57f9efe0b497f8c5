import { describe, expect, it } from 'vitest';
import { CodedError } from '#contracts/errors.ts';
import { errorFromBody } from './api.ts';

describe('errors shown to a person', () => {
  it('shows the coded message in the page language, with its detail', () => {
    const error = errorFromBody(404, new CodedError('venue.notFound', 'venue x').body());
    expect(error).toMatchObject({
      code: 'venue.notFound',
      status: 404,
      message: '没有这个会场。',
      detail: 'venue x',
    });
  });
  it('says so when the answer is not ours, as from a proxy', () => {
    expect(errorFromBody(502, undefined)).toMatchObject({ code: 'unreadable', status: 502 });
    expect(errorFromBody(500, { error: { code: 'toString' } }).code).toBe('unreadable');
  });
});
