/** Which account a partner's member has here: found by the partner's own number, or made. */
import { normalPhone } from '#contracts/account.ts';
import type { Partner } from './outside-config.ts';
import type { Link, People } from './people.ts';

export type Told = {
  /** The partner's number for the member, never given to another. */
  readonly uid: string;
  readonly name: string;
  /** As the partner knows it; '' when it does not. */
  readonly phone: string;
};

/** A member that a partner vouches for. `trustPhones`: who has the told number here is the same person. */
export async function ofPartner(
  people: People,
  partner: Pick<Partner, 'id' | 'name' | 'trustPhones'>,
  { uid, name, phone: told }: Told,
): Promise<string> {
  const links = [{ provider: `partner-${partner.id}`, subject: uid }];
  const known = await people.ofLinks(links);
  if (known !== undefined) return known;
  const phone = partner.trustPhones ? normalPhone(told) : undefined;
  const shown = name || partner.name;
  if (phone === undefined) return people.ofLinksOrNew(links, shown);
  try {
    return await ofTrustedPhone(people, phone, shown, links);
  } catch (error) {
    // Two first calls at once: the other one made it.
    const other = await people.ofLinks(links);
    if (other === undefined) throw error;
    return other;
  }
}

async function ofTrustedPhone(
  people: People,
  phone: string,
  name: string,
  links: readonly Link[],
): Promise<string> {
  const owner = await people.byPhone(phone);
  if (owner === undefined) return people.make({ name, phone, links });
  // A partner's word is enough for a viewer, not for one of the staff.
  if (await people.isStaff(owner)) return people.ofLinksOrNew(links, name);
  await people.link(owner, links);
  return owner;
}

/**
 * A member of a site that only has a key of one conference. Accounts of these are apart, for each conference: nobody can be logged in
 * as one, and whatever such a site says, it does not reach an account of anyone else.
 */
export const ofConferenceSite = (
  people: People,
  conferenceId: string,
  { uid, name }: Pick<Told, 'uid' | 'name'>,
): Promise<string> => people.ofLinksOrNew([{ provider: `members-${conferenceId}`, subject: uid }], name);
