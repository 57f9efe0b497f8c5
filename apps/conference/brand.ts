/** A conference's colour made safe to read: text on it, and the colour itself as text on white. */

type Rgb = readonly [number, number, number];

const rgbOf = (hex: string): Rgb => {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
};
const hexOf = (rgb: Rgb): string =>
  `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;

/** Relative luminance, 0…1 (WCAG 2.2). */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** 1…21. */
export function contrast(one: string, other: string): number {
  const [high, low] = [luminance(rgbOf(one)), luminance(rgbOf(other))].sort((a, b) => b - a) as [
    number,
    number,
  ];
  return (high + 0.05) / (low + 0.05);
}

/** White or black, whichever is read better on it: at least 4.5 for every colour. */
export const textOn = (colour: string): '#ffffff' | '#000000' =>
  contrast(colour, '#ffffff') >= contrast(colour, '#000000') ? '#ffffff' : '#000000';

/** The colour, darkened until it reads as text on white and on a light grey. */
export function asText(colour: string): string {
  let [r, g, b] = rgbOf(colour);
  for (let i = 0; i < 40 && contrast(hexOf([r, g, b]), '#f1f4f8') < 4.6; i++)
    [r, g, b] = [r * 0.93, g * 0.93, b * 0.93];
  return hexOf([r, g, b]);
}

/** Custom properties of a page in this colour. */
export const brandStyle = (colour: string): Record<`--${string}`, string> => {
  const safe = /^#[0-9a-f]{6}$/i.test(colour) ? colour : '#0b5cad';
  return { '--brand': safe, '--on-brand': textOn(safe), '--brand-text': asText(safe) };
};
