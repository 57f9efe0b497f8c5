/** The form's answers checked: only what the conference asks, each coded one by its dictionary, all that is required. */
import type { ConferenceSettings } from '#contracts/conference.ts';
import { CodedError } from '#contracts/errors.ts';
import { isCoded, type Profile, type ProfileField } from '#contracts/profile.ts';
import type { RegistrationAnswers } from '#contracts/registration.ts';
import { plainText } from '../delegate/identity.ts';
import { checkAnswer } from '../profile/dictionaries.ts';

type Fields = ConferenceSettings['fields'];

/** What the profile says of the fields that are asked. */
export function answersOfProfile(fields: Fields, profile: Profile): RegistrationAnswers {
  const { phone: _, ...known } = profile;
  return picked(fields, known);
}

/**
 * `phone`: the confirmed one. Throws `registration.incomplete` naming what is missing, `request.invalid` for a code that is not in
 * its dictionary.
 */
export function checkAnswers(
  fields: Fields,
  given: RegistrationAnswers,
  phone: string | null,
): RegistrationAnswers {
  const asked = picked(fields, given);
  const answers: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(asked) as [ProfileField, unknown][]) {
    if (isCoded(field)) {
      if (value !== null && value !== undefined)
        answers[field] = checkAnswer(field, value as { code: string; label: string });
    } else {
      const text = plainText(String(value));
      if (text !== '') answers[field] = text;
    }
  }
  const missing = fields.filter(({ field, required }) =>
    required ? (field === 'phone' ? phone === null : answers[field] === undefined) : false,
  );
  if (missing.length > 0)
    throw new CodedError('registration.incomplete', missing.map(({ field }) => field).join(', '));
  return answers as RegistrationAnswers;
}

function picked(fields: Fields, answers: RegistrationAnswers): RegistrationAnswers {
  const asked = new Set<string>(fields.map(({ field }) => field));
  return Object.fromEntries(
    Object.entries(answers).filter(([field, value]) => asked.has(field) && value !== undefined),
  ) as RegistrationAnswers;
}
