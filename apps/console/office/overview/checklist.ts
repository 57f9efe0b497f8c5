/** What a conference still lacks before it can be shown. Pure. */
import type { Conference, ProgrammeMark } from '#contracts/conference.ts';
import type { Talk } from '#contracts/talk.ts';
import type { ConferenceSection } from '../../router.ts';

export type Step = {
  readonly name:
    | 'venues'
    | 'programme'
    | 'marks'
    | 'introduction'
    | 'cover'
    | 'support'
    | 'decks'
    | 'publish';
  readonly done: boolean;
  readonly section: ConferenceSection;
  /** How many things are meant; 0: not counted. */
  readonly count: number;
};

/** Gaps are for the programme's page; these stop a conference. */
const grave: ReadonlySet<ProgrammeMark['kind']> = new Set(['overlap', 'speaker-twice', 'outside-dates']);

export function checklist(
  conference: Pick<
    Conference,
    'venues' | 'talks' | 'introductionZh' | 'introductionEn' | 'cover' | 'support' | 'state'
  >,
  programme: { readonly talks: readonly Talk[]; readonly marks: readonly ProgrammeMark[] } | undefined,
): Step[] {
  const marks = programme?.marks.filter(({ kind }) => grave.has(kind)).length ?? 0;
  const without =
    programme?.talks.filter(({ type, state, deck }) => type === 'talk' && state === 'planned' && !deck)
      .length ?? 0;
  const { introductionZh, introductionEn, support } = conference;
  return [
    { name: 'venues', done: conference.venues > 0, section: 'venues', count: 0 },
    { name: 'programme', done: conference.talks > 0, section: 'programme', count: 0 },
    { name: 'marks', done: marks === 0, section: 'programme', count: marks },
    { name: 'introduction', done: introductionZh + introductionEn !== '', section: 'branding', count: 0 },
    { name: 'cover', done: conference.cover !== null, section: 'branding', count: 0 },
    { name: 'support', done: support.phone + support.email !== '', section: 'settings', count: 0 },
    { name: 'decks', done: conference.talks > 0 && without === 0, section: 'replays', count: without },
    { name: 'publish', done: conference.state !== 'draft', section: 'settings', count: 0 },
  ];
}
