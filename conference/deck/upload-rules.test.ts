import { describe, expect, it } from 'vitest';
import { checkUpload, deckName, shownName } from './upload-rules.ts';

const limits = { bytes: 100 };

describe('names of uploads', () => {
  it('fault 57: are without folders', () => {
    expect(shownName('../../etc/passwd')).toBe('passwd');
    expect(shownName('C:\\Users\\x\\讲稿.pptx')).toBe('讲稿.pptx');
    for (const name of ['', '..', '/', ' . ', 'a/..']) expect(shownName(name)).toBe('deck');
  });

  it('fault 55: are without control and bidi characters, and cut', () => {
    expect(shownName('a\r\nb\u0000\u202egnp.pdf')).toBe('abgnp.pdf');
    expect(shownName(`${'x'.repeat(300)}.pdf`)).toHaveLength(200);
    expect(shownName(`${'x'.repeat(300)}.pdf`)).toMatch(/\.pdf$/);
  });
});

describe('an upload', () => {
  it('is one document or several pictures', () => {
    expect(checkUpload([{ name: 'A.PPTX', bytes: 1 }], 0, limits)).toEqual([{ name: 'A.PPTX', bytes: 1 }]);
    const pictures = [
      { name: '1.png', bytes: 1 },
      { name: '2.JPG', bytes: 1 },
    ];
    expect(checkUpload(pictures, 0, limits)).toHaveLength(2);
    expect(() => checkUpload([...pictures, { name: 'a.pdf', bytes: 1 }], 0, limits)).toThrow('deck.kind');
    expect(() => checkUpload([{ name: 'a.key', bytes: 1 }], 0, limits)).toThrow('deck.kind: a.key');
    expect(() => checkUpload([{ name: 'images', bytes: 1 }], 0, limits)).toThrow('deck.kind');
  });

  it('is bounded by itself and by what the talk already has', () => {
    const file = (bytes: number) => [{ name: 'a.pdf', bytes }];
    expect(() => checkUpload(file(100), 400, limits)).not.toThrow();
    expect(() => checkUpload(file(101), 0, limits)).toThrow('deck.tooLarge: 101 bytes; at most 100');
    expect(() => checkUpload(file(100), 401, limits)).toThrow('at most 500 bytes');
  });

  it('of pictures is called after the first one', () => {
    expect(deckName([{ name: 'a.png', bytes: 1 }])).toBe('a.png');
    expect(
      deckName([
        { name: 'a.png', bytes: 1 },
        { name: 'b.png', bytes: 1 },
      ]),
    ).toBe('a.png (+1)');
  });
});
