import { describe, expect, it } from 'vitest';
import { SignalWatch } from './signal-watch.ts';

const t0 = 1_700_000_000_000;
const kinds = (watch: SignalWatch) => watch.warnings().map(({ kind }) => kind);

function hear(watch: SignalWatch, from: number, seconds: number, left: number, right: number): number {
  for (let i = 1; i <= seconds; i++) {
    const at = from + i * 1000;
    watch.sound({ left, right, peakLeft: left + 6, peakRight: right + 6, at });
  }
  return from + seconds * 1000;
}

describe('the watch over sound', () => {
  it('warns of silence only after 10 s, with its beginning, and stops when sound returns', () => {
    const watch = new SignalWatch({ picture: 'must-move' });
    let at = hear(watch, t0, 10, -90, -100);
    expect(kinds(watch)).toEqual([]);
    at = hear(watch, at, 2, -90, -100);
    expect(watch.warnings()).toEqual([{ kind: 'silence', since: t0, values: { seconds: 12 } }]);
    hear(watch, at, 1, -30, -30);
    expect(kinds(watch)).toEqual([]);
  });

  it('calls a side that never had sound one-sided, and one that had sound lost', () => {
    const never = new SignalWatch({ picture: 'must-move' });
    hear(never, t0, 5, -20, -100);
    expect(never.warnings()).toEqual([{ kind: 'oneSided', since: t0, values: { side: 'right' } }]);
    const lost = new SignalWatch({ picture: 'must-move' });
    const at = hear(lost, t0, 5, -20, -22);
    hear(lost, at, 5, -90, -22);
    expect(lost.warnings()).toEqual([{ kind: 'soundLost', since: at, values: { side: 'left' } }]);
  });

  it('learns nothing of a side while both are quiet, and takes cross-talk for nothing', () => {
    const watch = new SignalWatch({ picture: 'must-move' });
    let at = t0;
    for (let i = 0; i < 4; i++) {
      at = hear(watch, at, 1, -20, -70);
      at = hear(watch, at, 3, -70, -70);
    }
    expect(kinds(watch)).toEqual([]);
    hear(watch, at, 1, -12, -55);
    expect(kinds(watch)).toEqual(['oneSided']);
  });

  it('starts afresh with a new stream', () => {
    const watch = new SignalWatch({ picture: 'must-move' });
    const at = hear(watch, t0, 8, -20, -100);
    watch.restartSound();
    expect(kinds(watch)).toEqual([]);
    hear(watch, at, 3, -20, -100);
    expect(kinds(watch)).toEqual([]);
  });
});

describe('the watch over the picture', () => {
  const picture = (level: number, noise = 0): Uint8Array =>
    Uint8Array.from({ length: 576 }, (_, i) => level + ((i * 31) % 60) + (noise ? (i * 17 + noise) % 2 : 0));

  it('warns of a picture that stands still for 20 s despite coding noise, unless it may', () => {
    const must = new SignalWatch({ picture: 'must-move' });
    const may = new SignalWatch({ picture: 'may-freeze' });
    for (let i = 0; i <= 5; i++) {
      for (const watch of [must, may]) watch.picture({ cells: picture(60, i), at: t0 + i * 4000 });
      expect(kinds(must)).toEqual(i < 5 ? [] : ['frozen']);
    }
    expect(must.warnings()).toEqual([{ kind: 'frozen', since: t0, values: { seconds: 20 } }]);
    expect(kinds(may)).toEqual([]);
    must.picture({ cells: picture(64), at: t0 + 24_000 });
    expect(kinds(must)).toEqual([]);
  });

  it('sees one small thing that moves', () => {
    const watch = new SignalWatch({ picture: 'must-move' });
    for (let i = 0; i < 8; i++) {
      const cells = picture(60);
      cells[100 + (i % 2)] = 250;
      watch.picture({ cells, at: t0 + i * 4000 });
    }
    expect(kinds(watch)).toEqual([]);
  });

  it('warns of black from the second picture on, and then not of standing still too', () => {
    const watch = new SignalWatch({ picture: 'must-move' });
    for (let i = 0; i < 8; i++) {
      watch.picture({ cells: new Uint8Array(576).fill(1), at: t0 + i * 4000 });
      expect(kinds(watch)).toEqual(i === 0 ? [] : ['black']);
    }
  });
});
