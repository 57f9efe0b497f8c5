/** How slides and speaker share the screen, and what the viewer chose last. */

export const layouts = ['tri', 'speaker', 'split', 'pip', 'slides'] as const;
/** tri: slides large, speaker small, panel. speaker: the other way. slides: pages with the voice only. */
export type Layout = (typeof layouts)[number];

export type Arrangement = {
  readonly layout: Layout;
  /** In `split` and `pip`: the speaker first, or large. */
  readonly flipped: boolean;
  readonly panel: boolean;
};

const key = 'rostrum.layout';
const standard: Arrangement = { layout: 'tri', flipped: false, panel: true };

/** 主副屏切换: what is large and what is small change places. */
export function swapped(now: Arrangement): Arrangement {
  switch (now.layout) {
    case 'tri':
      return { ...now, layout: 'speaker' };
    case 'speaker':
      return { ...now, layout: 'tri' };
    case 'slides':
      return { ...now, layout: 'speaker' };
    default:
      return { ...now, flipped: !now.flipped };
  }
}

/** The panel has its place beside the small picture; elsewhere it can be closed. */
export const hasPanel = (now: Arrangement): boolean =>
  now.layout === 'tri' || now.layout === 'speaker' || now.panel;

export function readArrangement(text: string | null): Arrangement {
  try {
    const stored = JSON.parse(text ?? '{}') as Partial<Arrangement>;
    const layout = layouts.find((one) => one === stored.layout) ?? standard.layout;
    return { layout, flipped: stored.flipped === true, panel: stored.panel !== false };
  } catch {
    return standard;
  }
}

export function storedArrangement(): Arrangement {
  try {
    return readArrangement(localStorage.getItem(key));
  } catch {
    return standard; // Storage refused.
  }
}
export function storeArrangement(arrangement: Arrangement): void {
  try {
    localStorage.setItem(key, JSON.stringify(arrangement));
  } catch {
    // It holds for this page.
  }
}
