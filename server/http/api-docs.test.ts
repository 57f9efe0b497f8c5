/** The examples of docs/api.md, run as they stand. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, logIn, startTestServer, type TestServer } from '#tests/faults/server-double.ts';

type Example = {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly status: number;
  readonly code: string | undefined;
  readonly keep: { readonly name: string; readonly field: string } | undefined;
};

function examplesOf(text: string): Example[] {
  return [...text.matchAll(/```http\n([\s\S]*?)```/g)].map(([, block = '']) => {
    const lines = block.trim().split('\n');
    const [method = '', path = ''] = lines[0]?.split(' ') ?? [];
    const arrow = lines.at(-1) ?? '';
    const [, status = '', rest = ''] = /^→ (\d{3}) ?(.*)$/.exec(arrow) ?? [];
    const middle = lines.slice(1, -1);
    const headers = middle.flatMap((line) => {
      const [, name = '', value = ''] = /^([A-Z][A-Za-z-]+): (.*)$/.exec(line) ?? [];
      return name === '' ? [] : [[name.toLowerCase(), value] as const];
    });
    const [, name, field] = /^\{(\w+)\} = (\w+)$/.exec(rest) ?? [];
    return {
      method,
      path,
      headers: Object.fromEntries(headers),
      body: middle.find((line) => line.startsWith('{')),
      status: Number(status),
      code: /^[\w.]+$/.test(rest) ? rest : undefined,
      keep: name !== undefined && field !== undefined ? { name, field } : undefined,
    };
  });
}

let test: TestServer;
beforeAll(async () => {
  test = await startTestServer();
}, 60_000);
afterAll(() => test?.close());

it('every example of docs/api.md answers as it says', async () => {
  const examples = examplesOf(await readFile(join(import.meta.dirname, '../../docs/api.md'), 'utf8'));
  expect(examples.length).toBeGreaterThan(10);
  const kept: Record<string, string> = {};
  const filled = (text: string): string =>
    text.replaceAll(/\{(\w+)\}/g, (whole, name) => kept[name] ?? whole);
  const cookie = await logIn(test.base);
  for (const { method, path, headers, body, status, code, keep } of examples) {
    const by: Record<string, string> = kept.secret ? { authorization: `Bearer ${kept.secret}` } : { cookie };
    const answer = await ask(test.base, method, encodeURI(filled(path)), body && filled(body), {
      ...by,
      ...headers,
    });
    const what = `${method} ${path}: ${JSON.stringify(answer.body).slice(0, 300)}`;
    expect(answer.status, what).toBe(status);
    if (code) expect(answer.body.error.code, what).toBe(code);
    if (keep) {
      kept[keep.name] = String(answer.body[keep.field]);
      expect(answer.body[keep.field], what).toEqual(expect.any(String));
    }
  }
  expect(Object.keys(kept)).toEqual(['conference', 'secret', 'venue', 'talk']);
  expect(test.server.venues.list(kept.conference)).toHaveLength(1);
});
