/**
 * Speakers' authorisation of replays: who is asked by which link, what they answered, and what that makes of each replay. All of it in
 * memory, for every request of a replay asks; a change is written first and seen afterwards. Contacts are private: no event has them.
 */
import { randomBytes } from 'node:crypto';
import { eq, lt } from 'drizzle-orm';
import type { ConsentAnswer } from '#contracts/access.ts';
import type { Consent } from '#contracts/consent.ts';
import { CodedError } from '#contracts/errors.ts';
import type { Speaker } from '#contracts/events.ts';
import type { ConsentSource } from '../access/viewer.ts';
import type { ConferenceDirectory } from '../conference/conference.ts';
import { phoneMark } from '../delegate/delegate-row.ts';
import { maskedPhone, normalName, normalPhone, plainText } from '../delegate/identity.ts';
import type { Address } from '../notice/notices.ts';
import { hashOf, newToken } from '../presenter/link.ts';
import { Turns } from '../rows.ts';
import type { Sealing } from '../sealing.ts';
import type { SqlDb, SqlRows } from '../sql.ts';
import { type Verdict, verdictOf } from './consent-rules.ts';
import {
  type ConsentLinkRow,
  type ConsentRow,
  type ContactRow,
  conferencePersonTable,
  consentAnswerTable,
  consentLinkTable,
  consentTable,
} from './consent-tables.ts';

/** What must be known of a talk, also of one that was deleted and left a replay. */
export type TalkFacts = {
  readonly conferenceId: string;
  readonly venueId: string;
  readonly title: string;
  readonly speakers: readonly Speaker[];
  /** Epoch ms. */
  readonly plannedStart: number | null;
};
export type Contact = {
  readonly name: string;
  readonly unit: string;
  /** As typed; '': none. */
  readonly phone: string;
  readonly email: string;
};
/** One speaker of one talk. */
export type ConsentRecord = ConsentRow & { readonly contact: ContactRow };

export type ConsentsOptions = {
  readonly db: SqlDb;
  readonly sealing: Sealing;
  readonly conferences: Pick<ConferenceDirectory, 'get'>;
  readonly talkFacts: (talkId: string) => TalkFacts | undefined;
  readonly now?: () => number;
};

/** Links of one consent that work; the oldest goes first. */
const mostLinks = 12;
const newId = (): string => randomBytes(9).toString('base64url');
const out: Verdict = { out: 'yes', from: null, download: null };

export class Consents implements ConsentSource {
  readonly #options: ConsentsOptions;
  readonly #now: () => number;
  readonly #consents = new Map<string, ConsentRecord>();
  readonly #byTalk = new Map<string, Set<string>>();
  readonly #contacts = new Map<string, ContactRow>();
  readonly #links = new Map<string, ConsentLinkRow>();
  readonly #linksByConsent = new Map<string, Set<string>>();
  readonly #turns = new Turns();
  readonly #hooks = new Set<(talkId: string) => void>();
  readonly #answered = new Set<(consent: ConsentRecord) => void>();
  readonly #revoked = new Set<(consent: ConsentRecord) => void>();

  constructor(options: ConsentsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Reads all; a new one is empty until then. */
  async load(): Promise<void> {
    const { db } = this.#options;
    await db.delete(consentLinkTable).where(lt(consentLinkTable.until, this.#now()));
    for (const row of await db.select().from(conferencePersonTable)) this.#contacts.set(row.id, row);
    for (const row of await db.select().from(consentTable)) this.#put(row);
    for (const row of await db.select().from(consentLinkTable)) this.#putLink(row);
  }

  /** Called when the verdict of a talk may be another. Returns what ends it. */
  onChanged(hook: (talkId: string) => void): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }
  /** Called after a speaker or the staff answered. Returns what ends it. */
  onAnswered(hook: (consent: ConsentRecord) => void): () => void {
    this.#answered.add(hook);
    return () => void this.#answered.delete(hook);
  }
  /** Called when the links of a speaker are void: what was opened by them must end. Returns what ends it. */
  onRevoked(hook: (consent: ConsentRecord) => void): () => void {
    this.#revoked.add(hook);
    return () => void this.#revoked.delete(hook);
  }
  /** The conference's policy is another now: every verdict may be. */
  policyChanged(conferenceId: string): void {
    const talks = new Set(
      [...this.#consents.values()].flatMap((one) => (one.conferenceId === conferenceId ? [one.talkId] : [])),
    );
    // Talks nobody was asked about too: one call is enough for who keeps decisions.
    for (const hook of this.#hooks) for (const talkId of [...talks, '']) hook(talkId);
  }

  verdict(talkId: string): Verdict {
    const facts = this.#options.talkFacts(talkId);
    const said = this.ofTalk(talkId);
    const conferenceId = facts?.conferenceId ?? said[0]?.conferenceId;
    const conference = conferenceId === undefined ? undefined : this.#options.conferences.get(conferenceId);
    if (!conference) return out;
    return verdictOf(
      conference.settings.replayPolicy,
      facts?.speakers ?? [],
      said.map(({ contact, answer }) => ({ name: contact.name, answer })),
    );
  }

  ofTalk(talkId: string): ConsentRecord[] {
    return [...(this.#byTalk.get(talkId) ?? [])].flatMap((id) => this.#consents.get(id) ?? []);
  }

  get(id: string): ConsentRecord | undefined {
    return this.#consents.get(id);
  }

  /** The consent a link is for, if it may be used now. */
  find(token: string): { readonly consent: ConsentRecord; readonly until: number } | undefined {
    const link = this.#links.get(hashOf(token));
    const consent = link && this.#consents.get(link.consentId);
    return link && consent && this.#now() < link.until ? { consent, until: link.until } : undefined;
  }

  /** True while some link of it works: revoking ends what was opened by them. */
  isAsked(id: string): boolean {
    return this.#linksOf(id).length > 0;
  }

  /** To send a code to; undefined: none on file. */
  phoneOf({ contact }: ConsentRecord): string | undefined {
    const { phoneSealed, id } = contact;
    return phoneSealed === null ? undefined : this.#options.sealing.open(phoneSealed, id);
  }

  emailOf({ contact }: ConsentRecord): string | undefined {
    const { emailSealed, id } = contact;
    return emailSealed === null ? undefined : this.#options.sealing.open(emailSealed, id);
  }

  /** Where a link can be sent: phone, e-mail, both or none. */
  addressesOf(consent: ConsentRecord): Address[] {
    const [phone, email] = [this.phoneOf(consent), this.emailOf(consent)];
    return [...(phone === undefined ? [] : [{ phone }]), ...(email === undefined ? [] : [{ email }])];
  }

  /** Whether a message would reach this speaker of the talk: by what is given, or by what is known of them. */
  reaches(talkId: string, { name, phone, email }: Contact): boolean {
    if (phone !== '' || email !== '') return true;
    const known = this.ofTalk(talkId).find(({ contact }) => normalName(contact.name) === normalName(name));
    return known !== undefined && this.addressesOf(known).length > 0;
  }

  /** As the staff see it. */
  view(consent: ConsentRecord): Consent {
    const { contact, id, answer, answeredAt, answeredBy, note, openedAt, remindedAt, reminders } = consent;
    const links = this.#linksOf(id);
    return {
      ...{ id, name: contact.name, unit: contact.unit, phone: contact.phoneShown },
      email: this.emailOf(consent) ?? '',
      state: answer !== null ? 'answered' : openedAt !== null ? 'opened' : 'asked',
      ...{ answer, answeredAt, answeredBy, note, remindedAt, reminders },
      linkUntil: links.length === 0 ? null : Math.max(...links.map(({ until }) => until)),
    };
  }

  /**
   * A new link for the contact, who is made known if need be; links of theirs for this talk that were sent before are void. Throws
   * `talk.notFound`, `request.invalid` for what is no phone.
   */
  ask(talkId: string, contact: Contact, days: number): Promise<{ consent: ConsentRecord; token: string }> {
    return this.#turns.take(async () => {
      const { db } = this.#options;
      const found = await this.#known(talkId, contact, true);
      const now = this.#now();
      const token = newToken();
      const link = {
        tokenHash: hashOf(token),
        consentId: found.id,
        createdAt: now,
        until: now + days * 86_400_000,
      };
      const row = { ...found, askedAt: now };
      await db.transaction(async (rows) => {
        await this.#write(rows, row);
        await rows.delete(consentLinkTable).where(eq(consentLinkTable.consentId, found.id));
        await rows.insert(consentLinkTable).values(link);
      });
      const old = this.#linksOf(found.id);
      for (const one of old) this.#dropLink(one);
      this.#putLink(link);
      const consent = this.#put(row);
      if (old.length > 0) for (const hook of this.#revoked) hook(consent);
      this.#tell(consent);
      return { consent, token };
    });
  }

  /** One link more, of a reminder; those sent before go on working. `work` is done in the same transaction. */
  remind(
    id: string,
    days: number,
    work: (rows: SqlRows, token: string, consent: ConsentRecord) => Promise<void>,
  ): Promise<void> {
    return this.#turns.take(async () => {
      const { db } = this.#options;
      const found = this.#need(id);
      const now = this.#now();
      const token = newToken();
      const link = {
        tokenHash: hashOf(token),
        consentId: id,
        createdAt: now,
        until: now + days * 86_400_000,
      };
      const links = this.#linksOf(id).sort((a, b) => a.createdAt - b.createdAt);
      const dropped = links.slice(0, Math.max(0, links.length + 1 - mostLinks));
      const row = {
        ...found,
        remindedAt: now,
        reminders: found.reminders + 1,
        askedAt: found.askedAt ?? now,
      };
      await db.transaction(async (rows) => {
        await this.#write(rows, row);
        for (const { tokenHash } of dropped)
          await rows.delete(consentLinkTable).where(eq(consentLinkTable.tokenHash, tokenHash));
        await rows.insert(consentLinkTable).values(link);
        await work(rows, token, found);
      });
      for (const old of dropped) this.#dropLink(old);
      this.#putLink(link);
      this.#put(row);
    });
  }

  /** Its links, and what was opened by them, end now; the answer stays. */
  revoke(id: string): Promise<void> {
    return this.#turns.take(async () => {
      const found = this.#need(id);
      // Out of use at once, whatever the database does.
      for (const link of this.#linksOf(id)) this.#dropLink(link);
      for (const hook of this.#revoked) hook(found);
      await this.#options.db.delete(consentLinkTable).where(eq(consentLinkTable.consentId, id));
    });
  }

  opened(id: string): Promise<void> {
    return this.#turns.take(async () => {
      const row = this.#consents.get(id);
      if (!row || row.openedAt !== null) return;
      const next = { ...row, openedAt: this.#now() };
      await this.#write(this.#options.db, next);
      this.#put(next);
    });
  }

  /** By the speaker, or by the staff for an answer on paper. Null takes it back: as if nothing had been said. */
  answer(
    id: string,
    answer: ConsentAnswer | null,
    by: { readonly kind: 'speaker' | 'staff'; readonly name: string },
    note = '',
  ): Promise<ConsentRecord> {
    return this.#turns.take(() => this.#answer(this.#need(id), answer, by, note));
  }

  /** For a speaker nobody asked, by name. Throws `talk.notFound`. */
  record(
    talkId: string,
    name: string,
    answer: ConsentAnswer | null,
    by: string,
    note: string,
  ): Promise<ConsentRecord> {
    return this.#turns.take(async () => {
      const known = await this.#known(talkId, { name, unit: '', phone: '', email: '' }, false);
      return this.#answer(known, answer, { kind: 'staff', name: by }, note);
    });
  }

  /** The person is no speaker of the talk: what they were asked and said is gone. */
  remove(id: string): Promise<void> {
    return this.#turns.take(async () => {
      const gone = this.#need(id);
      await this.#options.db.delete(consentTable).where(eq(consentTable.id, id));
      for (const link of this.#linksOf(id)) this.#dropLink(link);
      this.#consents.delete(id);
      this.#byTalk.get(gone.talkId)?.delete(id);
      for (const hook of this.#revoked) hook(gone);
      this.#tell(gone);
    });
  }

  /** What is kept of somebody with this confirmed phone. */
  ofPhone(phone: string): ConsentRecord[] {
    const normal = normalPhone(phone);
    if (normal === undefined) return [];
    const marks = new Map<string, string>();
    const markIn = (conferenceId: string): string => {
      const mark = marks.get(conferenceId) ?? phoneMark(this.#options.sealing, conferenceId, normal);
      marks.set(conferenceId, mark);
      return mark;
    };
    return [...this.#consents.values()].filter(
      ({ conferenceId, contact }) => contact.phoneMark !== null && contact.phoneMark === markIn(conferenceId),
    );
  }

  /** Phone and e-mail go; name and answer stay, as the programme and the replay do. */
  erase(phone: string): Promise<void> {
    return this.#turns.take(async () => {
      for (const { contact } of this.ofPhone(phone)) {
        const row = { ...contact, phoneSealed: null, phoneMark: null, phoneShown: '', emailSealed: null };
        await this.#options.db
          .update(conferencePersonTable)
          .set(row)
          .where(eq(conferencePersonTable.id, contact.id));
        this.#setContact(row);
      }
    });
  }

  async #answer(
    found: ConsentRecord,
    answer: ConsentAnswer | null,
    by: { readonly kind: 'speaker' | 'staff'; readonly name: string },
    note: string,
  ): Promise<ConsentRecord> {
    const now = this.#now();
    const answered = answer === null ? null : now;
    const row = {
      ...found,
      answer,
      answeredAt: answered,
      answeredBy: answer === null ? null : by.kind,
      note,
    };
    await this.#options.db.transaction(async (rows) => {
      await this.#write(rows, row);
      await rows
        .insert(consentAnswerTable)
        .values({ consentId: found.id, at: now, by: `${by.kind}: ${by.name}`, answer, note });
    });
    const consent = this.#put(row);
    this.#tell(consent);
    for (const hook of this.#answered) hook(consent);
    return consent;
  }

  /** The record of this speaker and talk, written if it is new; the contact brought up to date. */
  async #known(talkId: string, given: Contact, update: boolean): Promise<ConsentRecord> {
    const { db, sealing, talkFacts } = this.#options;
    const facts = talkFacts(talkId);
    if (!facts) throw new CodedError('talk.notFound');
    const { conferenceId } = facts;
    const name = plainText(given.name);
    const phone = given.phone === '' ? null : normalPhone(given.phone);
    if (phone === undefined) throw new CodedError('request.invalid', 'phone must be a phone number');
    const mark = phone === null ? null : phoneMark(sealing, conferenceId, phone);
    const same = (contact: ContactRow): boolean => normalName(contact.name) === normalName(name);
    const before = this.ofTalk(talkId).find(({ contact }) => same(contact));
    const person =
      before?.contact ??
      [...this.#contacts.values()].find(
        (contact) =>
          contact.conferenceId === conferenceId &&
          same(contact) &&
          mark !== null &&
          contact.phoneMark === mark,
      );
    const id = person?.id ?? newId();
    const contact: ContactRow = {
      ...{ id, conferenceId, name, createdAt: person?.createdAt ?? this.#now() },
      unit: plainText(given.unit) || (person?.unit ?? ''),
      phoneSealed: phone === null ? (person?.phoneSealed ?? null) : sealing.seal(phone, id),
      phoneMark: mark ?? person?.phoneMark ?? null,
      phoneShown: phone === null ? (person?.phoneShown ?? '') : maskedPhone(phone),
      emailSealed: given.email === '' ? (person?.emailSealed ?? null) : sealing.seal(given.email, id),
    };
    const row: ConsentRow = before ?? {
      ...{ id: newId(), conferenceId, talkId, personId: id, askedAt: null, openedAt: null, remindedAt: null },
      ...{ reminders: 0, answer: null, answeredAt: null, answeredBy: null, note: '' },
    };
    await db.transaction(async (rows) => {
      if (!person || update)
        await rows
          .insert(conferencePersonTable)
          .values(contact)
          .onConflictDoUpdate({ target: conferencePersonTable.id, set: contact });
      await this.#write(rows, row);
    });
    if (!person || update) this.#setContact(contact);
    return this.#put(row);
  }

  async #write(rows: SqlRows, row: ConsentRow): Promise<void> {
    const { contact: _, ...values } = row as ConsentRecord;
    await rows
      .insert(consentTable)
      .values(values)
      .onConflictDoUpdate({ target: consentTable.id, set: values });
  }

  #put(row: ConsentRow): ConsentRecord {
    const contact = this.#contacts.get(row.personId);
    if (!contact) throw new Error(`consent ${row.id} must have its contact`);
    const record = { ...row, contact };
    this.#consents.set(row.id, record);
    const ofTalk = this.#byTalk.get(row.talkId) ?? new Set();
    this.#byTalk.set(row.talkId, ofTalk.add(row.id));
    return record;
  }

  #setContact(contact: ContactRow): void {
    this.#contacts.set(contact.id, contact);
    for (const row of this.#consents.values()) if (row.personId === contact.id) this.#put(row);
  }

  #linksOf(id: string): ConsentLinkRow[] {
    const now = this.#now();
    return [...(this.#linksByConsent.get(id) ?? [])].flatMap((hash) => {
      const link = this.#links.get(hash);
      return link && now < link.until ? [link] : [];
    });
  }

  #putLink(link: ConsentLinkRow): void {
    this.#links.set(link.tokenHash, link);
    const own = this.#linksByConsent.get(link.consentId) ?? new Set();
    this.#linksByConsent.set(link.consentId, own.add(link.tokenHash));
  }

  #dropLink({ tokenHash, consentId }: ConsentLinkRow): void {
    this.#links.delete(tokenHash);
    this.#linksByConsent.get(consentId)?.delete(tokenHash);
  }

  /** Throws `notFound`. */
  #need(id: string): ConsentRecord {
    const found = this.#consents.get(id);
    if (!found) throw new CodedError('notFound', 'consent');
    return found;
  }

  #tell({ talkId }: ConsentRow): void {
    for (const hook of this.#hooks) hook(talkId);
  }
}
