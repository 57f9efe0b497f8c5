/** What a person calls their browser, from how it names itself: enough to tell two devices apart. */

/** The first that fits: what is built on another names that one too. */
const browsers = [
  [/MicroMessenger/i, '微信 WeChat'],
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox|FxiOS/, 'Firefox'],
  [/Chrome|CriOS/, 'Chrome'],
  [/Safari/, 'Safari'],
] as const;
const systems = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/HarmonyOS|OpenHarmony/, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Macintosh/, 'Mac'],
  [/Linux/, 'Linux'],
] as const;

export function agentName(agent: string | null): string | undefined {
  if (!agent) return undefined;
  const find = (list: typeof browsers | typeof systems) => list.find(([sign]) => sign.test(agent))?.[1];
  const names = [find(browsers), find(systems)].filter((name) => name !== undefined);
  return names.length > 0 ? names.join(' · ') : undefined;
}
