/** A row of a list as it is stored: checked, marked, with nothing in it that must not be kept. Pure. */
import type { z } from 'zod';
import type { DelegateColumn, delegateImportErrorSchema } from '#contracts/delegate.ts';
import type { Sealing } from '../sealing.ts';
import { maskedPhone, normalIdTail, normalName, normalPhone, plainText } from './identity.ts';

export type DelegateRow = {
  /** One of each in a list. */
  readonly key: string;
  readonly phoneMark: string | null;
  readonly phoneShown: string;
  readonly idMark: string | null;
  readonly name: string;
  readonly unit: string;
  readonly tier: string;
};
export type DelegateInput = Record<Exclude<DelegateColumn, 'none'>, string>;
export type RowError = z.infer<typeof delegateImportErrorSchema>;

const longest = { name: 60, unit: 120, tier: 40 } as const;

/** Marks are different in each conference: two dumps cannot be joined by them. */
export const phoneMark = (sealing: Sealing, conferenceId: string, phone: string): string =>
  sealing.mark('phone', conferenceId, phone);
export const idMark = (sealing: Sealing, conferenceId: string, name: string, idTail: string): string =>
  sealing.mark('id', conferenceId, normalName(name), idTail);

/** The row, or what is wrong with it. */
export function delegateRow(
  sealing: Sealing,
  conferenceId: string,
  given: DelegateInput,
): DelegateRow | Omit<RowError, 'row'> {
  const name = plainText(given.name);
  const unit = plainText(given.unit);
  const tier = plainText(given.tier);
  for (const [what, value] of Object.entries({ name, unit, tier }) as [keyof typeof longest, string][])
    if (value.length > longest[what]) return { kind: 'long', detail: `${what}: ${value.slice(0, 40)}…` };
  const phoneText = given.phone.trim();
  const phone = phoneText === '' ? undefined : normalPhone(phoneText);
  if (phoneText !== '' && phone === undefined)
    return { kind: 'phone', detail: plainText(phoneText).slice(0, 40) };
  const idText = given.idTail.trim();
  const tail = idText === '' ? undefined : normalIdTail(idText);
  if (idText !== '' && tail === undefined)
    return { kind: 'idTail', detail: `${plainText(idText).length} characters` };
  const marks = {
    phoneMark: phone === undefined ? null : phoneMark(sealing, conferenceId, phone),
    idMark: tail === undefined || name === '' ? null : idMark(sealing, conferenceId, name, tail),
  };
  const key = marks.phoneMark ?? marks.idMark;
  if (key === null) return { kind: 'missing', detail: name };
  return { key, ...marks, phoneShown: phone === undefined ? '' : maskedPhone(phone), name, unit, tier };
}
