import { describe, expect, it } from 'vitest';
import { attachment, coursewareOf } from './courseware.ts';
import type { DeckRecord } from './deck.ts';

const deck = (over: Partial<DeckRecord>): DeckRecord => ({
  ...{ id: 'd', talkId: 't', venueId: 'v', version: 1, uploadId: 'u', name: 'a.pptx', bytes: 9 },
  ...{ files: [{ name: 'a.pptx', bytes: 9 }], state: 'ready', done: 1, total: 1, error: null },
  ...{ losses: [], fonts: [], pdfBytes: 5, attempts: 1, createdAt: 0, removedAt: null },
  ...over,
});

describe('courseware', () => {
  it('is what the talk allows, of a deck that is ready', () => {
    expect(coursewareOf({ download: 'no' }, deck({}))).toBeUndefined();
    expect(coursewareOf({ download: 'original' }, deck({ state: 'failed' }))).toBeUndefined();
    expect(coursewareOf({ download: 'original' }, undefined)).toBeUndefined();
    expect(coursewareOf({ download: 'original' }, deck({}))).toEqual({
      ...{ file: 0, form: 'original', name: 'a.pptx', bytes: 9 },
    });
    expect(coursewareOf({ download: 'pdf' }, deck({}))).toEqual({
      ...{ file: 'pdf', form: 'pdf', name: 'a.pdf', bytes: 5 },
    });
  });

  it('as PDF is the file itself when that is one', () => {
    const own = deck({ files: [{ name: 'a.pdf', bytes: 9 }], pdfBytes: null });
    expect(coursewareOf({ download: 'pdf' }, own)).toEqual({ file: 0, form: 'pdf', name: 'a.pdf', bytes: 9 });
  });

  it('of pictures is never one of them', () => {
    const files = [
      { name: '1.png', bytes: 1 },
      { name: '2.png', bytes: 1 },
    ];
    expect(coursewareOf({ download: 'original' }, deck({ files, pdfBytes: null }))).toBeUndefined();
    expect(coursewareOf({ download: 'original' }, deck({ files }))).toMatchObject({
      form: 'pdf',
      name: '1.pdf',
    });
  });
});

describe('the name of a download', () => {
  it('fault 55: cannot break out of the header', () => {
    const header = attachment('a"; filename="b\r\nSet-Cookie: x=1;\u202e.pdf');
    expect(header).not.toMatch(/[\r\n]/);
    expect(header.match(/"/g)).toHaveLength(2);
    expect(header).toMatch(
      /^attachment; filename="[A-Za-z0-9 ._()-]*"; filename\*=UTF-8''[A-Za-z0-9%._~!-]*$/,
    );
  });

  it('keeps every character for browsers of today (RFC 8187)', () => {
    expect(attachment("李医生's (终稿)*.pptx")).toBe(
      `attachment; filename="____s (__)_.pptx"; filename*=UTF-8''%E6%9D%8E%E5%8C%BB%E7%94%9F%27s%20%28%E7%BB%88%E7%A8%BF%29%2A.pptx`,
    );
    expect(attachment('\ud800.pdf')).toContain('%EF%BF%BD.pdf');
  });
});
