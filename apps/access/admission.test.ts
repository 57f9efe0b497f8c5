import { describe, expect, it } from 'vitest';
import type { AccessLabel, Decision, Sitting } from '#contracts/access.ts';
import { liveAdmission, replayAdmission, turnsAt } from './admission.ts';

const yes: Decision = { allowed: true, by: 'rules', until: null };
const preview: Decision = { allowed: true, by: 'preview', until: 5000 };
const no: Decision = { allowed: false, reason: 'rules', join: 'any', ways: [{ kind: 'logIn' }], from: null };
const embargo: Decision = { allowed: false, reason: 'embargo', join: 'any', ways: [], from: 9000 };
const label: AccessLabel = { join: 'any', kinds: ['open'], fen: null, previewMinutes: 0, from: null };

const sitting = (more: Partial<Sitting>): Sitting => ({
  venueId: 'v',
  conference: { id: 'c', slug: 'c', titleZh: '会', titleEn: '' },
  title: '主会场',
  live: yes,
  replay: yes,
  labels: { live: label, replay: label },
  talks: [],
  pass: 'public',
  until: null,
  person: null,
  support: { name: '', phone: '', email: '' },
  ...more,
});

describe('admission', () => {
  it('lets in where the venue is open, and for so long as a preview lasts', () => {
    expect(liveAdmission(sitting({}), undefined)).toEqual({ kind: 'in', until: null });
    expect(liveAdmission(sitting({ live: preview }), undefined)).toEqual({ kind: 'in', until: 5000 });
  });
  it('keeps a viewer in an open venue while a closed talk is on, and lets them in at the next', () => {
    const one = sitting({ talks: [{ id: 't', live: no, replay: no }] });
    expect(liveAdmission(one, 't')).toEqual({ kind: 'held', refusal: no });
    expect(liveAdmission(one, 'other')).toEqual({ kind: 'in', until: null });
    expect(liveAdmission(one, undefined)).toEqual({ kind: 'in', until: null });
  });
  it('lets into the open talk of a closed venue only', () => {
    const one = sitting({ live: no, pass: 'p', talks: [{ id: 't', live: yes, replay: yes }] });
    expect(liveAdmission(one, 't').kind).toBe('in');
    expect(liveAdmission(one, 'other')).toEqual({ kind: 'held', refusal: no });
  });
  it('is out without a pass, whatever the decision', () => {
    expect(liveAdmission(sitting({ live: no, pass: null }), undefined)).toEqual({ kind: 'out', refusal: no });
    expect(liveAdmission(sitting({ pass: null }), undefined).kind).toBe('out');
    expect(replayAdmission(sitting({ pass: null }), undefined).kind).toBe('out');
  });
  it("takes a replay's own decision before the venue's", () => {
    const one = sitting({ talks: [{ id: 't', live: yes, replay: embargo }] });
    expect(replayAdmission(one, 't')).toEqual({ kind: 'out', refusal: embargo });
    expect(replayAdmission(one, 'other').kind).toBe('in');
  });
  it('knows the next moment at which the answer changes by itself', () => {
    expect(turnsAt(sitting({}))).toBeNull();
    expect(
      turnsAt(sitting({ live: preview, until: 8000, talks: [{ id: 't', live: yes, replay: embargo }] })),
    ).toBe(5000);
    expect(turnsAt(sitting({ replay: embargo }))).toBe(9000);
  });
});
