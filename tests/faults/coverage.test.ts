/** docs/faults-coverage.md says which test stands for which fault: what it says must be true, and no number of the live path may lack one. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const from = (first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => String(first + i));
/** What an encoder, a viewer, an operator or a machine can do to the live path. */
const required = [...from(1, 15), ...from(27, 35), ...from(50, 55), '86', '88', '89', '93', ...from(95, 98)];

type Entry = { readonly fault: string; readonly file: string; readonly title: string };

function entries(): Entry[] {
  const found: Entry[] = [];
  let fault = '';
  for (const line of readFileSync(join(root, 'docs/faults-coverage.md'), 'utf8').split('\n')) {
    fault = /^\*\*(\d+[a-z]?)\*\* /.exec(line)?.[1] ?? fault;
    const [, file, title] = /^- (\S+\.test\.tsx?): (.+)$/.exec(line) ?? [];
    if (file !== undefined && title !== undefined) found.push({ fault, file, title });
  }
  return found;
}

/** The numbers a title names: `fault 86: …`, `faults 12, 13 and 15: …`. */
const numbersIn = (title: string): string[] =>
  /^faults? (\d+[a-z]?(?:(?:, | and )\d+[a-z]?)*)/.exec(title)?.[1]?.split(/, | and /) ?? [];

it('every test that the list of faults names exists, and names the fault', () => {
  for (const { fault, file, title } of entries()) {
    expect(existsSync(join(root, file)), `${file} of fault ${fault}`).toBe(true);
    expect(numbersIn(title), title).toContain(fault);
    const source = readFileSync(join(root, file), 'utf8');
    expect(source.includes(`'${title}'`) || source.includes(`\`${title}\``), `${file}: ${title}`).toBe(true);
  }
});

it('every fault of the live path has a test', () => {
  const named = new Set(entries().map(({ fault }) => fault));
  expect(required.filter((fault) => !named.has(fault))).toEqual([]);
});
