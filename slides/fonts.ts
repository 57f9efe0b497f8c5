/** Fonts given to the converter beside its own. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const cjk = [
  ['noto-sans-sc', '400Regular/NotoSansSC_400Regular.ttf'],
  ['noto-sans-sc', '700Bold/NotoSansSC_700Bold.ttf'],
  ['noto-serif-sc', '400Regular/NotoSerifSC_400Regular.ttf'],
  ['noto-serif-sc', '700Bold/NotoSerifSC_700Bold.ttf'],
] as const;

/** Paths of TTF files: WOFF2 of the usual font packages is not read by the converter. */
export const bundledFonts = (): string[] =>
  cjk.map(([family, file]) =>
    join(dirname(require.resolve(`@expo-google-fonts/${family}/package.json`)), file),
  );
