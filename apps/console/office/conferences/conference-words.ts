/** A conference's state in words, in colour, and where it may go from there. */
import type { ConferenceState } from '#contracts/conference.ts';
import { language } from '../../../ui/i18n.ts';
import { pairs } from '../pairs.ts';

const t = pairs({
  draft: ['草稿', 'Draft'],
  published: ['已发布', 'Published'],
  running: ['进行中', 'Running'],
  over: ['已结束', 'Over'],
  archived: ['已归档', 'Archived'],
});

export const stateText = (state: ConferenceState): string => t(state);

export const stateColour: Readonly<Record<ConferenceState, string>> = {
  draft: 'default',
  published: 'blue',
  running: 'red',
  over: 'green',
  archived: 'default',
};

/** The usual next step; undefined at the end. */
export const nextState: Readonly<Record<ConferenceState, ConferenceState | undefined>> = {
  draft: 'published',
  published: 'running',
  running: 'over',
  over: 'archived',
  archived: undefined,
};

export const titleOf = ({ titleZh, titleEn }: { titleZh: string; titleEn: string }): string =>
  language() === 'en' && titleEn ? titleEn : titleZh;
