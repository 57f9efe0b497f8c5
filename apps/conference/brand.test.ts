import { describe, expect, it } from 'vitest';
import { asText, brandStyle, contrast, textOn } from './brand.ts';

const colours = [
  '#0b5cad',
  '#ffd400',
  '#ffffff',
  '#000000',
  '#ff5a62',
  '#777777',
  '#00ff00',
  '#808000',
  '#c3a6ff',
];

describe('brand colour', () => {
  it('carries text with a contrast of at least 4.5, whatever the colour is', () => {
    for (const colour of colours)
      expect(contrast(colour, textOn(colour)), colour).toBeGreaterThanOrEqual(4.5);
  });
  it('is darkened until it reads as text on white and light grey', () => {
    for (const colour of colours) {
      expect(contrast(asText(colour), '#ffffff'), colour).toBeGreaterThanOrEqual(4.5);
      expect(contrast(asText(colour), '#f1f4f8'), colour).toBeGreaterThanOrEqual(4.5);
    }
  });
  it('falls back on our own when it is no colour', () => {
    expect(brandStyle('red;}')['--brand']).toBe('#0b5cad');
  });
});
