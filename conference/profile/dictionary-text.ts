/** Dictionaries as text: a line `code name | English`, two more spaces of indent for each level below. */
import type { DictionaryEntry } from '#contracts/profile.ts';

type Draft = { code: string; zh: string; en?: string; children?: Draft[] };

/** Throws when a line has no code, a level is skipped or a code comes twice: the data of an installation must be whole. */
export function readDictionary(text: string): readonly DictionaryEntry[] {
  const roots: Draft[] = [];
  const open: Draft[] = [];
  const known = new Set<string>();
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const [, indent = '', code = '', names = ''] = /^( *)([\d.]+) (.+)$/.exec(line) ?? [];
    const level = indent.length / 2;
    if (code === '' || known.has(code) || !Number.isInteger(level) || level > open.length)
      throw new Error(`a dictionary's line must be "code name", one level deeper at most (got "${line}")`);
    known.add(code);
    const [zh = '', en] = names.split(' | ');
    const entry: Draft = en === undefined ? { code, zh } : { code, zh, en };
    open.length = level;
    const parent = open.at(-1);
    if (parent) {
      parent.children ??= [];
      parent.children.push(entry);
    } else roots.push(entry);
    open.push(entry);
  }
  return roots;
}
