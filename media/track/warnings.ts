/** Which warnings follow from a publisher's health. A pure function; each warning is raised at one limit and withdrawn at a lower one. */
import type { Warning, WarningKind } from '#contracts/health.ts';
import type { TrackName } from '#contracts/media-urls.ts';
import type { HealthFacts } from './health.ts';

type Rule = {
  readonly kind: WarningKind;
  /** Undefined when this cannot be judged now; then the warning is withdrawn. */
  readonly measure: (facts: HealthFacts) => number | undefined;
  /** Raised above, withdrawn at or below. */
  readonly raise: number;
  readonly clear: number;
  readonly values: (facts: HealthFacts, measured: number) => Warning['values'];
  /** Only where sound is expected. */
  readonly program?: true;
};

/** Seconds after connecting before rates are judged. */
const settling = 10;
const round = (value: number): number => Math.round(value * 10) / 10;
const seconds = (_: HealthFacts, measured: number) => ({ seconds: round(measured) });

const rules: readonly Rule[] = [
  { kind: 'noVideo', measure: (facts) => facts.videoAwaySeconds, raise: 3, clear: 1, values: seconds },
  {
    kind: 'noAudio',
    measure: (facts) => facts.audioAwaySeconds,
    raise: 3,
    clear: 1,
    values: seconds,
    program: true,
  },
  {
    kind: 'noKeyframes',
    measure: (facts) => (facts.videoAwaySeconds > 3 ? undefined : facts.keyframeAwaySeconds),
    raise: 12,
    clear: 11,
    values: seconds,
  },
  {
    kind: 'gopTooLong',
    measure: (facts) => facts.health.video?.gopSeconds,
    raise: 4.05,
    clear: 4.02,
    values: seconds,
  },
  {
    kind: 'bitrateDrop',
    measure: ({ health: { video }, connectedSeconds }) =>
      video && connectedSeconds >= settling && video.averageKbps > 0
        ? 1 - video.kbps / video.averageKbps
        : undefined,
    raise: 0.3,
    clear: 0.2,
    values: ({ health }, measured) => ({
      percent: Math.round(measured * 100),
      kbps: health.video?.kbps ?? 0,
      averageKbps: health.video?.averageKbps ?? 0,
    }),
  },
  {
    kind: 'jitter',
    measure: ({ health }) => health.jitterMs,
    raise: 150,
    clear: 80,
    values: (_, measured) => ({ ms: Math.round(measured) }),
  },
  {
    kind: 'gaps',
    measure: (facts) => facts.recentGaps,
    raise: 2,
    clear: 0,
    values: ({ health }, measured) => ({ count: measured, longestMs: health.longestGapMs }),
  },
  {
    kind: 'avSkew',
    measure: ({ health }) => (health.video && health.audio ? Math.abs(health.avSkewMs) : undefined),
    raise: 300,
    clear: 200,
    values: ({ health }) => ({ ms: health.avSkewMs }),
  },
  {
    kind: 'frameRateLow',
    measure: ({ health, usualFrameRate, connectedSeconds }) =>
      health.video && usualFrameRate > 0 && connectedSeconds >= settling
        ? 1 - health.video.fps / usualFrameRate
        : undefined,
    raise: 0.25,
    clear: 0.15,
    values: ({ health, usualFrameRate }) => ({
      fps: round(health.video?.fps ?? 0),
      usual: round(usualFrameRate),
    }),
  },
  {
    kind: 'codecRare',
    measure: ({ health }) => (rareCodec(health.video?.codec) === undefined ? undefined : 1),
    raise: 0,
    clear: 0,
    values: ({ health }) => ({ codec: rareCodec(health.video?.codec) ?? '' }),
  },
];

/** profile_idc of H.264 that decoders in phones lack. */
const rareProfiles: Readonly<Record<string, string>> = {
  '6e': 'H.264 High 10',
  '7a': 'H.264 4:2:2',
  f4: 'H.264 4:4:4',
  '2c': 'H.264 4:4:4 Intra',
};

/** The name of a video codec that not every viewer's browser can decode; `codecs` as in RFC 6381. */
function rareCodec(codecs = ''): string | undefined {
  const [name = '', detail = ''] = codecs.split('.');
  if (name === 'hvc1' || name === 'hev1') return 'HEVC (H.265)';
  if (name === 'av01') return 'AV1';
  return name === 'avc1' ? rareProfiles[detail.slice(0, 2).toLowerCase()] : undefined;
}

/** The warnings that hold now. One that goes on keeps its `since`. `at`: epoch ms. */
export function judge(
  track: TrackName,
  facts: HealthFacts,
  before: readonly Warning[],
  at: number,
): Warning[] {
  const warnings: Warning[] = [];
  for (const rule of rules) {
    if (rule.program && track !== 'program') continue;
    const measured = rule.measure(facts);
    if (measured === undefined) continue;
    const known = before.find(({ kind }) => kind === rule.kind);
    if (measured <= (known ? rule.clear : rule.raise)) continue;
    warnings.push({ kind: rule.kind, since: known?.since ?? at, values: rule.values(facts, measured) });
  }
  return warnings;
}
