/** Icons as inline SVG: 24 × 24, drawn in the current colour, hidden from screen readers (the control has the name). */
import type { ReactNode } from 'react';

export type IconProps = {
  /** CSS pixels; 24 unless told. */
  readonly size?: number;
  readonly className?: string;
};

const stroke = (body: ReactNode) =>
  function Icon({ size = 24, className }: IconProps) {
    return (
      <svg
        className={className}
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={2}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {body}
      </svg>
    );
  };

const speaker = <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z" fill="currentColor" />;

export const PlayIcon = stroke(<path d="M7 4.5v15l12-7.5z" fill="currentColor" />);
export const PauseIcon = stroke(<path d="M8 5v14M16 5v14" strokeWidth={4} strokeLinecap="butt" />);
export const VolumeIcon = stroke(
  <>
    {speaker}
    <path d="M15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11" />
  </>,
);
export const MutedIcon = stroke(
  <>
    {speaker}
    <path d="m16 9.5 5 5M21 9.5l-5 5" />
  </>,
);
export const FullscreenIcon = stroke(<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" />);
export const ExitFullscreenIcon = stroke(<path d="M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5" />);
export const PictureInPictureIcon = stroke(
  <>
    <rect x="3" y="5" width="18" height="14" rx="2" />
    <rect x="12" y="11.5" width="6.5" height="5" fill="currentColor" />
  </>,
);
export const SettingsIcon = stroke(
  <>
    <path d="M4 7h9M19 7h1M4 17h1M11 17h9" />
    <circle cx="16" cy="7" r="2.6" />
    <circle cx="8" cy="17" r="2.6" />
  </>,
);
export const ToLiveIcon = stroke(<path d="m5 5 8 7-8 7zM17 5v14" fill="currentColor" />);
export const ReplayIcon = stroke(<path d="M4 5v5h5M4.6 10A8 8 0 1 1 4 13.5" />);
export const InfoIcon = stroke(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 11v5.5M12 7.5v.1" />
  </>,
);
export const SlidesIcon = stroke(
  <>
    <rect x="3" y="4" width="18" height="12" rx="1.5" />
    <path d="M12 16v3M8 21l4-2 4 2" />
  </>,
);
export const PersonIcon = stroke(
  <>
    <circle cx="12" cy="8" r="4" />
    <path d="M4.5 20.5c1-4 4-6 7.5-6s6.5 2 7.5 6" />
  </>,
);
export const CheckIcon = stroke(<path d="m5 12.5 4.5 4.500L19 7.5" />);
export const CloseIcon = stroke(<path d="m6 6 12 12M18 6 6 18" />);
export const CopyIcon = stroke(
  <>
    <rect x="8" y="8" width="12" height="12" rx="2" />
    <path d="M16 8V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h2" />
  </>,
);
export const WarningIcon = stroke(<path d="M12 4 2.5 20h19zM12 10v4.500M12 17.2v.1" />);
export const HeadphonesIcon = stroke(
  <path d="M4 18v-5a8 8 0 0 1 16 0v5M4 14h3v6H5a1 1 0 0 1-1-1zM20 14h-3v6h2a1 1 0 0 0 1-1z" />,
);

/** Venue states (DESIGN section 2): a different shape each, so that colour is never the only sign. */
export const StateOffIcon = stroke(
  <>
    <circle cx="12" cy="12" r="8" />
    <path d="M12 7.500V12l3 2" />
  </>,
);
export const StateArmedIcon = stroke(
  <>
    <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z" />
    <circle cx="12" cy="12" r="2.5" fill="currentColor" />
  </>,
);
export const StateLiveIcon = stroke(
  <>
    <circle cx="12" cy="12" r="3.5" fill="currentColor" />
    <path d="M6.5 6.500a8 8 0 0 0 0 11M17.5 6.500a8 8 0 0 1 0 11" />
  </>,
);
export const StateBreakIcon = stroke(
  <path d="M5 9h11v6a5 5 0 0 1-5 5h-1a5 5 0 0 1-5-5zM16 10.500h2a2.5 2.5 0 0 1 0 5h-2M8.5 3v2.500M12.5 3v2.5" />,
);
export const StateAwayIcon = stroke(
  <path d="M3 3l18 18M12 19.500v.1M8.5 15.500a5 5 0 0 1 7 0M5 12a10 10 0 0 1 4.5-2.600M14.5 9.400A10 10 0 0 1 19 12M2 8.500a15 15 0 0 1 4-2.600M11 5a15 15 0 0 1 11 3.5" />,
);
export const StateEndedIcon = stroke(
  <rect x="6" y="6" width="12" height="12" rx="1.5" fill="currentColor" />,
);

export const SwapIcon = stroke(
  <path d="M4 8h13M13.5 4.500 17 8l-3.500 3.500M20 16H7M10.500 12.500 7 16l3.500 3.500" />,
);
export const LayoutIcon = stroke(<path d="M3 5h18v14H3zM15 5v14M15 11h6" />);
export const ListIcon = stroke(<path d="M9 6h11M9 12h11M9 18h11M4.500 6v.1M4.500 12v.1M4.500 18v.1" />);
export const ExpandIcon = stroke(<path d="M14 4h6v6M10 20H4v-6M20 4l-7 7M4 20l7-7" />);
export const DragIcon = stroke(
  <path d="M12 3v18M3 12h18M9 6l3-3 3 3M9 18l3 3 3-3M6 9l-3 3 3 3M18 9l3 3-3 3" />,
);
/** Of a reminder. */
export const BellIcon = stroke(<path d="M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 2h-15zM10 21.500h4" />);
