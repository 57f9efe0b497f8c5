import { describe, expect, it } from 'vitest';
import { readOrigins } from './embed-origins.ts';

describe('origins that may embed', () => {
  it('are what remains of an address someone pasted, each once', () => {
    expect(
      readOrigins('https://society.example/page?x=1\nsociety.example，http://old.example:8080/'),
    ).toEqual({
      origins: ['https://society.example', 'http://old.example:8080'],
    });
  });
  it('are none for an empty text', () => {
    expect(readOrigins(' \n')).toEqual({ origins: [] });
  });
  it('name the line that is not the address of a site', () => {
    expect(readOrigins('https://a.example\nnonsense')).toEqual({ bad: 'nonsense' });
    expect(readOrigins('https://user@a.example')).toEqual({ bad: 'https://user@a.example' });
  });
});
