/** The dictionaries a profile's fields are answered from, read once; and the check of an answer against its dictionary. */
import { CodedError } from '#contracts/errors.ts';
import {
  type CodedField,
  type CodedValue,
  codedFields,
  type Dictionary,
  type DictionaryEntry,
  otherCode,
} from '#contracts/profile.ts';
import * as departments from './departments.ts';
import { readDictionary } from './dictionary-text.ts';
import * as disciplines from './disciplines.ts';
import * as educations from './educations.ts';
import * as regions from './regions.ts';
import * as titles from './titles.ts';

const sources: Readonly<Record<CodedField, { version: string; read: () => readonly DictionaryEntry[] }>> = {
  region: { version: regions.version, read: regions.readRegions },
  department: { version: departments.version, read: () => readDictionary(departments.text) },
  title: { version: titles.version, read: () => readDictionary(titles.text) },
  education: { version: educations.version, read: () => readDictionary(educations.text) },
  discipline: { version: disciplines.version, read: () => readDictionary(disciplines.text) },
};

type Known = {
  readonly dictionary: Dictionary;
  /** Label with the levels above it, by code. */
  readonly labels: ReadonlyMap<string, string>;
  readonly parents: ReadonlyMap<string, string>;
};
const known = new Map<CodedField, Known>();

function knownOf(field: CodedField): Known {
  const before = known.get(field);
  if (before) return before;
  const { version, read } = sources[field];
  const entries = read();
  const labels = new Map<string, string>();
  const parents = new Map<string, string>();
  const walk = (list: readonly DictionaryEntry[], above: string, parent: string | undefined): void => {
    for (const { code, zh, children } of list) {
      labels.set(code, above === '' ? zh : `${above} / ${zh}`);
      if (parent !== undefined) parents.set(code, parent);
      if (children) walk(children, above === '' ? zh : `${above} / ${zh}`, code);
    }
  };
  walk(entries, '', undefined);
  const made = { dictionary: { field, version, entries }, labels, parents };
  known.set(field, made);
  return made;
}

export const isCodedField = (field: string): field is CodedField =>
  (codedFields as readonly string[]).includes(field);

export const dictionaryOf = (field: CodedField): Dictionary => knownOf(field).dictionary;

/**
 * The answer as it is kept: the dictionary's label and version, whatever the form said; with `other` the free text.
 * Throws `request.invalid` for a code there is not, and for `other` without a text.
 */
export function checkAnswer(
  field: CodedField,
  { code, label }: Pick<CodedValue, 'code' | 'label'>,
): CodedValue {
  const { dictionary, labels } = knownOf(field);
  if (code === otherCode) {
    const text = label.trim();
    if (text === '') throw new CodedError('request.invalid', `${field}: "other" must come with a text`);
    return { code, label: text, version: dictionary.version };
  }
  const name = labels.get(code);
  if (name === undefined)
    throw new CodedError('request.invalid', `${field}: code must be in ${dictionary.version} (got ${code})`);
  return { code, label: name, version: dictionary.version };
}

/** The code and those above it: who is of 03.04 is of 03 too. For rules about profiles. */
export function withAncestors(field: CodedField, code: string): readonly string[] {
  const { parents } = knownOf(field);
  const line = [code];
  for (let above = parents.get(code); above !== undefined; above = parents.get(above)) line.push(above);
  return line;
}
