import { describe, expect, it } from 'vitest';
import { decided, formOf, placesLeft, type RegistrationTerms, registered } from './registration-rules.ts';

const terms: RegistrationTerms = { open: true, approval: false, capacity: 2, waitingList: true };
const person = (userId: string, state: 'pending' | 'waiting' | 'cancelled' | 'approved' | 'refused') => ({
  userId,
  state,
});

describe('the form', () => {
  it('is closed when the organiser closed it, and before and after the conference', () => {
    expect(formOf({ ...terms, open: false }, 'published', null, 0)).toBe('closed');
    for (const state of ['draft', 'over', 'archived'] as const)
      expect(formOf(terms, state, null, 0)).toBe('closed');
    expect(formOf(terms, 'running', null, 0)).toBe('open');
  });
  it('is full at the capacity only where nobody can wait, and never for who is in', () => {
    expect(formOf(terms, 'published', null, 2)).toBe('open');
    expect(formOf({ ...terms, waitingList: false }, 'published', null, 2)).toBe('full');
    expect(formOf({ ...terms, waitingList: false }, 'published', 'cancelled', 2)).toBe('full');
    expect(formOf({ ...terms, waitingList: false }, 'published', 'approved', 2)).toBe('open');
  });
  it('is not a way round a refusal', () => {
    expect(formOf(terms, 'published', 'refused', 0)).toBe('refused');
  });
});

describe('registering', () => {
  it('approves until the capacity, then people wait', () => {
    expect(registered(terms, null, 1)).toBe('approved');
    expect(registered(terms, null, 2)).toBe('waiting');
    expect(registered({ ...terms, capacity: null }, null, 1e6)).toBe('approved');
  });
  it('with approval takes no place before the staff decide', () => {
    expect(registered({ ...terms, approval: true }, null, 2)).toBe('pending');
    expect(registered({ ...terms, approval: true }, 'cancelled', 0)).toBe('pending');
  });
  it('again keeps the state: only answers change', () => {
    for (const state of ['approved', 'waiting', 'pending', 'refused'] as const)
      expect(registered(terms, state, 0)).toBe(state);
  });
});

describe('a decision', () => {
  it('approves in the order given, and lets the rest wait', () => {
    const people = [person('a', 'pending'), person('b', 'pending'), person('c', 'refused')];
    expect(decided(people, 'approved', terms, 1)).toEqual([
      { userId: 'a', to: 'approved' },
      { userId: 'b', to: 'waiting' },
      { userId: 'c', to: 'waiting' },
    ]);
  });
  it('leaves people as they are where nobody can wait', () => {
    const people = [person('a', 'pending'), person('b', 'pending')];
    expect(decided(people, 'approved', { ...terms, waitingList: false }, 2)).toEqual([]);
  });
  it('changes nobody who cancelled, waits already, or is so already', () => {
    const people = [person('a', 'cancelled'), person('b', 'waiting'), person('c', 'refused')];
    expect(decided(people, 'approved', terms, 2)).toEqual([{ userId: 'c', to: 'waiting' }]);
    expect(decided(people, 'refused', terms, 2)).toEqual([{ userId: 'b', to: 'refused' }]);
  });
  it('counts places without a limit as endless', () => {
    expect(placesLeft({ ...terms, capacity: null }, 5)).toBe(Number.POSITIVE_INFINITY);
    expect(placesLeft(terms, 5)).toBe(0);
  });
});
