/** Pictures of the states, drawn in the current colour. Decorative: the words beside them say the same. */
import type { ReactNode } from 'react';
import type { Screen } from './screen.ts';

function Art({ children }: { children: ReactNode }) {
  return (
    <svg
      className="art"
      viewBox="0 0 160 100"
      fill="none"
      stroke="currentColor"
      strokeWidth={4}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

const lectern = <path d="M62 92h36M80 92V66M54 46h52l-6 20H60z" />;
const person = (
  <>
    <circle cx="80" cy="20" r="10" />
    <path d="M64 46c1-9 8-14 16-14s15 5 16 14" />
  </>
);

const drawings: Readonly<Record<Exclude<Screen, 'connecting'>, ReactNode>> = {
  off: (
    <>
      {lectern}
      <circle cx="126" cy="28" r="18" />
      <path d="M126 17v11l7 5" />
    </>
  ),
  preparing: (
    <>
      {lectern}
      {person}
      <path d="M122 34a20 20 0 0 1 0 24M134 26a34 34 0 0 1 0 40M38 34a20 20 0 0 0 0 24M26 26a34 34 0 0 0 0 40" />
    </>
  ),
  break: (
    <path d="M46 44h58v22a22 22 0 0 1-22 22H68a22 22 0 0 1-22-22zM104 50h8a12 12 0 0 1 0 24h-9M36 94h78M62 32c-5-6 5-9 0-16M80 32c-5-6 5-9 0-16" />
  ),
  away: (
    <>
      <rect x="30" y="34" width="58" height="40" rx="6" />
      <path d="m88 48 24-12v36L88 60M128 30l16 16M144 30l-16 16" />
    </>
  ),
  ended: (
    <>
      <path d="M22 88h116M34 88V26h92v62" />
      <path d="M58 44h44M58 58h28" />
    </>
  ),
  finished: <path d="M52 22v20h20M54 40a32 32 0 1 1-4 20M74 42v24l20-12z" />,
  unknown: (
    <>
      <rect x="44" y="14" width="52" height="72" rx="5" />
      <path d="M110 36a12 12 0 1 1 16 12c-3 1-4 4-4 8M122 68v1M84 52v2" />
    </>
  ),
  unreachable: (
    <>
      <rect x="40" y="16" width="80" height="28" rx="6" />
      <rect x="40" y="56" width="80" height="28" rx="6" />
      <path d="M54 30h1M54 70h1M92 64l14 14M106 64 92 78M84 30h22" />
    </>
  ),
  offline: (
    <path d="M24 44a80 80 0 0 1 112 0M42 60a54 54 0 0 1 76 0M61 76a27 27 0 0 1 38 0M80 92v.5M36 12l88 80" />
  ),
};

export function StateArt({ screen }: { screen: Exclude<Screen, 'connecting'> }) {
  return <Art>{drawings[screen]}</Art>;
}

export function HeadphonesArt() {
  return (
    <Art>
      <path d="M36 74V56a44 44 0 0 1 88 0v18M36 58h12v28H42a6 6 0 0 1-6-6zM124 58h-12v28h6a6 6 0 0 0 6-6zM68 68v8M80 58v28M92 64v14" />
    </Art>
  );
}

export function SpinnerMark() {
  return (
    <svg className="spinner" viewBox="0 0 24 24" width={22} height={22} aria-hidden="true" focusable="false">
      <circle cx="12" cy="12" r="9" fill="none" stroke="currentColor" strokeWidth="3" opacity="0.3" />
      <path d="M12 3a9 9 0 0 1 9 9" fill="none" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}
