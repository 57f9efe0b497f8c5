/**
 * 试看: who has begun which preview. A person has one of each talk; a device without a log-in too, and so many devices of one address,
 * for a new device is only a cleared browser.
 */
import type { PreviewState } from './decide.ts';

export type PreviewViewer = {
  /** `u:<account>` or `d:<conference>:<device>`. */
  readonly key: string;
  /** Undefined for accounts: those are counted by themselves. */
  readonly address: string | undefined;
};
export type BegunPreview = { readonly viewer: string; readonly thing: string; readonly beganAt: number };

/** Devices without a log-in that may preview one talk from one address: a ward behind one line. */
export const devicesAtAddress = 20;
/** Previews remembered; the oldest go first. */
const mostKept = 500_000;

export class Previews {
  /** `<viewer> <thing>` → began at, epoch ms; in the order begun. */
  readonly #begun = new Map<string, number>();
  /** `<address> <thing>` → devices. */
  readonly #addresses = new Map<string, number>();
  #unsaved: BegunPreview[] = [];

  restore(begun: Iterable<BegunPreview>): void {
    for (const { viewer, thing, beganAt } of begun) this.#keep(`${viewer} ${thing}`, beganAt);
  }

  state({ key, address }: PreviewViewer, thing: string, minutes: number): PreviewState {
    const beganAt = this.#begun.get(`${key} ${thing}`);
    if (beganAt !== undefined) return { kind: 'running', until: beganAt + minutes * 60_000 };
    const devices = address === undefined ? 0 : (this.#addresses.get(`${address} ${thing}`) ?? 0);
    return devices >= devicesAtAddress ? { kind: 'over' } : { kind: 'unused' };
  }

  /** False when it had begun already. `now`: epoch ms. */
  begin({ key, address }: PreviewViewer, thing: string, now: number): boolean {
    const name = `${key} ${thing}`;
    if (this.#begun.has(name)) return false;
    this.#keep(name, now);
    this.#unsaved.push({ viewer: key, thing, beganAt: now });
    if (address !== undefined) {
      const place = `${address} ${thing}`;
      this.#addresses.set(place, (this.#addresses.get(place) ?? 0) + 1);
      trim(this.#addresses);
    }
    return true;
  }

  /** What has begun since the last call. */
  takeUnsaved(): readonly BegunPreview[] {
    const taken = this.#unsaved;
    this.#unsaved = [];
    return taken;
  }

  /** The write failed: for the next one. */
  giveBack(taken: readonly BegunPreview[]): void {
    this.#unsaved = [...taken, ...this.#unsaved].slice(-mostKept);
  }

  #keep(name: string, beganAt: number): void {
    this.#begun.set(name, beganAt);
    trim(this.#begun);
  }
}

function trim(map: Map<string, number>): void {
  if (map.size <= mostKept) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
