import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Warning, warningKinds } from '#contracts/health.ts';
import type { VenueStatus } from '#contracts/venue.ts';
import { setLanguage } from '../ui/i18n.ts';
import { en } from './messages/en.ts';
import { zhCN } from './messages/zh-CN.ts';
import { fillText } from './texts.ts';
import { listWarnings, severity, warningTexts } from './warning-list.ts';

const warning = (kind: Warning['kind'], since: number, values: Warning['values'] = {}): Warning => ({
  kind,
  since,
  values,
});

/** Only the warnings of a status matter here. */
const statusWith = (program: Warning[], slides: Warning[]): VenueStatus =>
  ({ tracks: { program: { warnings: program }, slides: { warnings: slides } } }) as unknown as VenueStatus;

beforeAll(() => vi.stubGlobal('document', { documentElement: {} }));
afterEach(() => setLanguage('zh-CN'));
afterAll(() => vi.unstubAllGlobals());

describe('warnings', () => {
  it('has what it is and what to do for every kind in both languages', () => {
    for (const kind of warningKinds) {
      for (const file of [zhCN, en] as const) {
        expect(file[`warning.${kind}.what`].length, kind).toBeGreaterThan(3);
        expect(file[`warning.${kind}.do`].length, kind).toBeGreaterThan(10);
      }
      expect(severity[kind]).toMatch(/bad|look/);
    }
  });
  it('uses the same values in both languages', () => {
    const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
    for (const kind of warningKinds) {
      expect(names(en[`warning.${kind}.what`]), kind).toEqual(names(zhCN[`warning.${kind}.what`]));
    }
  });
  it('puts values in and leaves out what was not sent, without a trace of the template', () => {
    expect(
      warningTexts(warning('bitrateDrop', 0, { kbps: 2100.04, averageKbps: 4200, percent: 50 })).what,
    ).toBe('码率下降：现在 2,100，平均 4,200 kbit/s，低了 50%');
    expect(warningTexts(warning('oneSided', 0, { side: 'right' })).what).toBe('只有一边有声音，右声道没有');
    setLanguage('en');
    expect(warningTexts(warning('oneSided', 0, { side: 'right' })).what).toBe(
      'Sound on one side only, nothing on the right',
    );
    for (const kind of warningKinds) {
      for (const language of ['zh-CN', 'en'] as const) {
        setLanguage(language);
        const { what, todo } = warningTexts(
          warning(kind, 0, kind === 'renditionGivenUp' ? { rendition: '720' } : {}),
        );
        expect(what + todo, kind).not.toMatch(/[{}[\]—]|undefined|NaN/);
      }
    }
  });
  it('lists the newest first, and a warning of the whole venue once', () => {
    const disk = warning('diskLow', 50);
    const list = listWarnings(statusWith([warning('silence', 10), disk], [disk, warning('frozen', 99)]));
    expect(list.map((one) => one.warning.kind)).toEqual(['frozen', 'diskLow', 'silence']);
    expect(new Set(list.map((one) => one.id)).size).toBe(3);
  });
  it('takes a warning that came back for a new one, to be acknowledged again', () => {
    const ids = [10, 20].map((since) => listWarnings(statusWith([warning('black', since)], []))[0]?.id);
    expect(ids[0]).not.toBe(ids[1]);
  });
  it('tells two renditions given up at the same moment apart', () => {
    const both = ['720', '480'].map((rendition) => warning('renditionGivenUp', 5, { rendition }));
    const list = listWarnings(statusWith(both, []));
    expect(new Set(list.map((one) => one.id)).size).toBe(2);
  });
});

describe('message files', () => {
  it('have the same keys and the same placeholders', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zhCN).sort());
    for (const [key, text] of Object.entries(zhCN)) {
      if (key.endsWith('.do')) continue;
      const names = (one: string) => [...one.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
      expect(names(en[key as keyof typeof zhCN]), key).toEqual(names(text));
    }
  });
  it('leave a bracketed part out when its value is missing', () => {
    expect(fillText('a[ {x}][ {y}]', { x: 1 })).toBe('a 1');
    expect(fillText('a {x}', {})).toBe('a —');
  });
});
