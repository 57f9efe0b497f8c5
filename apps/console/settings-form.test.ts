import { describe, expect, it } from 'vitest';
import { updateVenueSchema, venueDefaults } from '#contracts/venue.ts';
import {
  changedSettings,
  checkFields,
  fromFields,
  type SettingsFields,
  toFields,
  typedNumber,
  validDelay,
  validHours,
} from './settings-form.ts';

const settings = { ...venueDefaults, title: '主会场' };
const fields = toFields(settings);

describe('settings form', () => {
  it('gives back what it was filled with', () => {
    expect(checkFields(fields)).toEqual({});
    expect(fromFields(fields)).toEqual(settings);
    expect(changedSettings(settings, fromFields(fields))).toEqual({});
  });
  it('refuses exactly what the API refuses', () => {
    const cases: [keyof SettingsFields, string[]][] = [
      ['title', ['', '   ', 'a', 'x'.repeat(120), 'x'.repeat(121)]],
      ['standardAbove', ['0', '1', '1.5', '10000000', '10000001', '', 'many', '-1', '1e3']],
      ['awayMinutes', ['0', '0.04', '0.05', '240', '240.1', '', '-5']],
      ['retentionDays', ['0', '0.5', '3650', '3651', '', '-1']],
    ];
    for (const [name, values] of cases) {
      for (const value of values) {
        const typed = { ...fields, [name]: value };
        const taken = updateVenueSchema.safeParse(fromFields(typed)).success;
        expect(Object.hasOwn(checkFields(typed), name), `${name} "${value}"`).toBe(!taken);
      }
    }
    const none = { ...fields, renditions: [] };
    expect(checkFields(none).renditions).toBe('field.renditions');
    expect(updateVenueSchema.safeParse(fromFields(none)).success).toBe(false);
  });
  it('sends only what was changed, and no change for another order', () => {
    expect(changedSettings(settings, { ...settings, awayMinutes: 10 })).toEqual({ awayMinutes: 10 });
    expect(changedSettings(settings, { ...settings, renditions: ['audio', 'source'] })).toEqual({});
  });
  it('reads numbers as an input method types them', () => {
    expect(typedNumber(' １２ ')).toBe(12);
    expect(typedNumber('0x10')).toBeNaN();
  });
  it('takes whole hours and milliseconds within their limits', () => {
    expect(['0', '1', '8760', '8761', '1.5'].map(validHours)).toEqual([false, true, true, false, false]);
    expect(['-1', '0', '120000', '120001'].map(validDelay)).toEqual([false, true, true, false]);
  });
});
