/** What can be done with a block, in its menu and above the grid. */
import type { MenuProps } from 'antd';
import type { Session } from '#contracts/conference.ts';
import type { Talk } from '#contracts/talk.ts';
import { t } from './texts.ts';

export type BlockAct = 'open' | 'delay' | 'swap' | 'cancel' | 'revive' | 'unschedule';
type Rights = { readonly edits: boolean; readonly runs: boolean };

/** In the order of the menu. */
export function actsOf(thing: Talk | Session | undefined, { edits, runs }: Rights): BlockAct[] {
  if (!thing) return [];
  const acts: BlockAct[] = edits ? ['open'] : [];
  if (!('state' in thing)) return acts;
  const planned = thing.state === 'planned';
  if (runs && planned && thing.plannedStart !== null) acts.push('delay');
  if (runs && planned) acts.push('swap');
  if (edits && planned && thing.plannedStart !== null) acts.push('unschedule');
  if (edits && planned) acts.push('cancel');
  if (edits && thing.state === 'cancelled') acts.push('revive');
  return acts;
}

export const menuOf = (acts: readonly BlockAct[], onAct: (act: BlockAct) => void): MenuProps['items'] =>
  acts.map((act) => ({
    key: act,
    label: t(act),
    danger: act === 'cancel',
    onClick: () => onAct(act),
  }));
