import { describe, expect, it } from 'vitest';
import { csvCell, csvLine } from './csv.ts';

describe('a cell of a CSV', () => {
  it.each(['=1+1', '+1+cmd', '-2+3', '@SUM(A1)', ' =1', '\t=1', '\r\n=HYPERLINK("x")', '|calc'])(
    'is text, not the formula %j',
    (text) => {
      expect(csvCell(text).startsWith(`"'`)).toBe(true);
    },
  );

  it('stays one cell whatever is in it', () => {
    expect(csvLine(['a"b', 'c,d', 'e\r\nf', null, -5])).toBe('"a""b","c,d","e\r\nf","","-5"\r\n');
    expect(csvCell('a\u0000b\u001bc')).toBe('"abc"');
  });
});
