/** What the player remembers on this device. */

export type Preferences = {
  /** 0…1. */
  volume: number;
  /** Muted by the viewer, not by the browser. */
  muted: boolean;
  dataSaver: boolean;
  /** Last estimate of the line, bits a second. */
  bandwidth: number;
};

const key = 'rostrum.player';

type Connection = { downlink?: number; saveData?: boolean };
const connection = (): Connection => (navigator as Navigator & { connection?: Connection }).connection ?? {};

function defaults(): Preferences {
  const { downlink, saveData } = connection();
  // Browsers cap and round downlink; 4 Mbit/s where nothing is known starts most lines on the source.
  return {
    volume: 1,
    muted: false,
    dataSaver: saveData ?? false,
    bandwidth: downlink ? Math.max(0.4e6, downlink * 0.7e6) : 4e6,
  };
}

export function readPreferences(): Preferences {
  const base = defaults();
  try {
    const stored = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>;
    const number = (value: unknown, low: number, high: number, otherwise: number) =>
      typeof value === 'number' && value >= low && value <= high ? value : otherwise;
    return {
      volume: number(stored.volume, 0, 1, base.volume),
      muted: stored.muted === true,
      dataSaver: typeof stored.dataSaver === 'boolean' ? stored.dataSaver : base.dataSaver,
      bandwidth: number(stored.bandwidth, 1e5, 20e6, base.bandwidth),
    };
  } catch {
    return base; // Storage refused or damaged: as on a first visit.
  }
}

export function storePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(key, JSON.stringify(preferences));
  } catch {
    // Not stored; it holds for this page.
  }
}
