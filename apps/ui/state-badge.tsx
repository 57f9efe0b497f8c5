/** A venue's state by colour, icon and word at once (PRODUCT L17): a tired person must not mistake it. */
import type { VenueState } from '#contracts/now.ts';
import {
  type IconProps,
  StateArmedIcon,
  StateAwayIcon,
  StateBreakIcon,
  StateEndedIcon,
  StateLiveIcon,
  StateOffIcon,
} from './icons.tsx';
import { t } from './texts.ts';

export const stateIcons: Readonly<Record<VenueState, (props: IconProps) => React.JSX.Element>> = {
  off: StateOffIcon,
  armed: StateArmedIcon,
  live: StateLiveIcon,
  break: StateBreakIcon,
  away: StateAwayIcon,
  ended: StateEndedIcon,
};

/** Text colours of the states, as in tokens.css; for icons drawn outside of CSS (favicons). */
export const stateColors: Readonly<Record<VenueState, string>> = {
  off: '#a9b4c6',
  armed: '#ffc24b',
  live: '#ff5a62',
  break: '#5cb8ff',
  away: '#ff9a4d',
  ended: '#c3a6ff',
};

export const stateWord = (state: VenueState): string => t(`state.${state}`);

export function StateBadge({ state, size = 'normal' }: { state: VenueState; size?: 'normal' | 'large' }) {
  const Icon = stateIcons[state];
  return (
    <span
      className={`r-badge r-badge-${state}${size === 'large' ? ' r-badge-large' : ''}`}
      data-state={state}
    >
      <Icon size={size === 'large' ? 24 : 18} />
      {stateWord(state)}
    </span>
  );
}
