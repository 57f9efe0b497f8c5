/**
 * An independent reading of media playlists: knows nothing of our renderer, only RFC 8216bis and the rules of
 * our design. Used by property tests, end-to-end tests and the recovery bench.
 */

type Attributes = Readonly<Record<string, string>>;
type CheckedPart = { readonly uri: string; readonly duration: number; readonly independent: boolean };
export type CheckedSegment = {
  readonly msn: number;
  /** Undefined: the open segment, which has parts only. */
  readonly uri: string | undefined;
  readonly duration: number | undefined;
  readonly parts: readonly CheckedPart[];
  /** Epoch ms. */
  readonly dateTime: number | undefined;
  readonly discontinuity: boolean;
  readonly map: string | undefined;
  readonly gap: boolean;
  /** Length of its byte range, from 0; undefined: the whole file. */
  readonly bytes: number | undefined;
};
export type CheckedPlaylist = {
  readonly version: number;
  readonly targetDuration: number;
  readonly partTarget: number | undefined;
  readonly control: Attributes;
  readonly type: string | undefined;
  readonly mediaSequence: number;
  readonly discontinuitySequence: number;
  readonly skipped: number;
  readonly segments: readonly CheckedSegment[];
  readonly hint: string | undefined;
  readonly reports: readonly Attributes[];
  readonly ended: boolean;
  /** Seconds of EXT-X-START:TIME-OFFSET, which must be precise and within the playlist. */
  readonly start: number | undefined;
};

const attributesOf = (text: string): Attributes => {
  const found: Record<string, string> = {};
  for (const [, name, quoted, plain] of text.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^,]*))(?:,|$)/g))
    if (name) found[name] = quoted ?? plain ?? '';
  return found;
};

const onlyOnce = [
  'EXTM3U',
  'EXT-X-VERSION',
  'EXT-X-TARGETDURATION',
  'EXT-X-SERVER-CONTROL',
  'EXT-X-PART-INF',
  'EXT-X-MEDIA-SEQUENCE',
  'EXT-X-DISCONTINUITY-SEQUENCE',
  'EXT-X-SKIP',
  'EXT-X-PLAYLIST-TYPE',
  'EXT-X-ENDLIST',
  'EXT-X-PRELOAD-HINT',
  'EXT-X-START',
];
const mustBeFirst = ['EXT-X-MEDIA-SEQUENCE', 'EXT-X-DISCONTINUITY-SEQUENCE', 'EXT-X-SKIP'];

/** Reads a playlist; what breaks its grammar is added to `violations`. */
export const readMediaPlaylist = (text: string, violations: string[] = []): CheckedPlaylist => {
  const lines = text.split('\n');
  if (lines[0] !== '#EXTM3U') violations.push('the first line must be #EXTM3U (4.4.1.1)');
  if (lines.pop() !== '') violations.push('the last line must end in a line feed');
  const single = new Map<string, string>();
  const segments: CheckedSegment[] = [];
  const reports: Attributes[] = [];
  let [parts, discontinuity, gap]: [CheckedPart[], boolean, boolean] = [[], false, false];
  let dateTime: number | undefined;
  let duration: number | undefined;
  let map: string | undefined;
  let mapFresh = false;
  let bytes: number | undefined;
  const first = () => Number(single.get('EXT-X-MEDIA-SEQUENCE') ?? 0);
  const skipped = () => Number(attributesOf(single.get('EXT-X-SKIP') ?? '')['SKIPPED-SEGMENTS'] ?? 0);
  const push = (uri: string | undefined) => {
    const msn = first() + skipped() + segments.length;
    segments.push({ msn, uri, duration, parts, dateTime, discontinuity, map, gap, bytes });
    bytes = undefined;
    [parts, discontinuity, gap, dateTime, duration, mapFresh] = [
      [],
      false,
      false,
      undefined,
      undefined,
      false,
    ];
  };
  for (const line of lines) {
    if (line === '') {
      violations.push('no empty lines expected');
      continue;
    }
    if (!line.startsWith('#')) {
      if (duration === undefined) violations.push(`${line}: a segment needs EXTINF before it (4.4.4.1)`);
      push(line);
      continue;
    }
    const [, tag = '', , value = ''] = /^#([A-Z0-9-]+)(:(.*))?$/.exec(line) ?? [];
    if (onlyOnce.includes(tag)) {
      if (single.has(tag)) violations.push(`${tag} must appear once`);
      single.set(tag, value);
      if (mustBeFirst.includes(tag) && (segments.length > 0 || parts.length > 0))
        violations.push(`${tag} must come before the first segment`);
      if (tag === 'EXT-X-PRELOAD-HINT' && duration !== undefined)
        violations.push('PRELOAD-HINT must not stand inside a segment');
    } else if (tag === 'EXT-X-PART') {
      if (duration !== undefined)
        violations.push(`${value}: parts must come before their parent's EXTINF (4.4.4.9)`);
      const a = attributesOf(value);
      const independent = a.INDEPENDENT === 'YES';
      parts.push({ uri: a.URI ?? '', duration: Number(a.DURATION), independent });
    } else if (tag === 'EXTINF') duration = Number(value.split(',')[0]);
    else if (tag === 'EXT-X-PROGRAM-DATE-TIME') dateTime = Date.parse(value);
    else if (tag === 'EXT-X-DISCONTINUITY') {
      if (parts.length > 0 || mapFresh || dateTime !== undefined)
        violations.push('DISCONTINUITY must come before what it applies to');
      discontinuity = true;
    } else if (tag === 'EXT-X-GAP') gap = true;
    else if (tag === 'EXT-X-MAP') {
      map = attributesOf(value).URI;
      mapFresh = true;
      if (parts.length > 0) violations.push("MAP must come before a segment's parts");
    } else if (tag === 'EXT-X-BYTERANGE') {
      bytes = /^(\d+)@0$/.exec(value) ? Number.parseInt(value, 10) : undefined;
      if (bytes === undefined) violations.push(`${line}: our byte ranges begin at 0 (4.4.4.2)`);
    } else if (tag === 'EXT-X-RENDITION-REPORT') reports.push(attributesOf(value));
    else violations.push(`unknown tag ${line}`);
  }
  if (duration !== undefined) violations.push('EXTINF without a segment');
  if (parts.length > 0) push(undefined);
  const begin = attributesOf(single.get('EXT-X-START') ?? '');
  const start = begin['TIME-OFFSET'] === undefined ? undefined : Number(begin['TIME-OFFSET']);
  if (start !== undefined && (!(start >= 0) || begin.PRECISE !== 'YES'))
    violations.push('EXT-X-START must be precise and not negative (4.4.2.2)');
  const partInf = attributesOf(single.get('EXT-X-PART-INF') ?? '')['PART-TARGET'];
  return {
    version: Number(single.get('EXT-X-VERSION') ?? 1),
    targetDuration: Number(single.get('EXT-X-TARGETDURATION')),
    partTarget: partInf === undefined ? undefined : Number(partInf),
    control: attributesOf(single.get('EXT-X-SERVER-CONTROL') ?? ''),
    type: single.get('EXT-X-PLAYLIST-TYPE'),
    mediaSequence: first(),
    discontinuitySequence: Number(single.get('EXT-X-DISCONTINUITY-SEQUENCE') ?? 0),
    skipped: skipped(),
    segments,
    hint: attributesOf(single.get('EXT-X-PRELOAD-HINT') ?? '').URI,
    reports,
    ended: single.has('EXT-X-ENDLIST'),
    start,
  };
};

const close = 0.0005;
const lengthOf = (segment: CheckedSegment): number =>
  segment.duration ?? segment.parts.reduce((sum, part) => sum + part.duration, 0);

const checkHeader = (p: CheckedPlaylist, say: (text: string) => void): void => {
  const { control, targetDuration: target } = p;
  const needs = (name: string, least: number) => {
    const value = control[name];
    if (value === undefined || !(Number(value) >= least - 1e-9))
      say(`${name} must be at least ${least} (got ${value})`);
  };
  if (!Number.isInteger(target) || target < 1)
    say(`TARGETDURATION must be a positive integer (got ${target})`);
  if (p.version < (p.skipped > 0 ? 9 : 6)) say(`EXT-X-VERSION ${p.version} is too low for what is used`);
  if (p.type !== 'VOD' && !p.ended) {
    needs('CAN-SKIP-UNTIL', 6 * target);
    needs('HOLD-BACK', 3 * target);
    if (p.type === undefined && control['CAN-BLOCK-RELOAD'] !== 'YES')
      say('CAN-BLOCK-RELOAD must be YES while live');
  }
  if (p.partTarget !== undefined) needs('PART-HOLD-BACK', 3 * p.partTarget);
  if (p.type === 'VOD' && !p.ended) say('a VOD playlist must have ENDLIST');
  if (p.skipped > 0) {
    const listed = p.segments.reduce((sum, segment) => sum + lengthOf(segment), 0);
    if (listed < Number(control['CAN-SKIP-UNTIL']) - close)
      say(`SKIP must leave what is within CAN-SKIP-UNTIL (left ${listed.toFixed(3)} s)`);
  }
  for (const report of p.reports) {
    if (!report.URI || report.URI.includes(':')) say('RENDITION-REPORT needs a relative URI');
    if (report['LAST-MSN'] === undefined) say('RENDITION-REPORT needs LAST-MSN');
  }
};

const checkParts = (p: CheckedPlaylist, segment: CheckedSegment, say: (text: string) => void): void => {
  const { partTarget } = p;
  if (segment.parts.length === 0) return;
  if (partTarget === undefined) {
    say(`${segment.msn}: parts need PART-INF`);
    return;
  }
  segment.parts.forEach((part, i) => {
    const name = `part ${segment.msn}.${i}`;
    if (!part.uri.endsWith(`${segment.msn}.${i}.m4s`)) say(`${name} has the URI ${part.uri}`);
    if (!(part.duration > 0)) say(`${name} needs a duration (got ${part.duration})`);
    if (part.duration > partTarget + 1e-9)
      say(`${name} must not exceed PART-TARGET ${partTarget} (got ${part.duration})`);
    const last = segment.duration !== undefined && i === segment.parts.length - 1;
    if (!last && !part.independent && part.duration < 0.85 * partTarget)
      say(`${name} must be at least 85 % of PART-TARGET (got ${part.duration}; 4.4.4.9)`);
  });
  const sum = segment.parts.reduce((total, part) => total + part.duration, 0);
  if (
    segment.duration !== undefined &&
    Math.abs(sum - segment.duration) > 0.001 + 1e-5 * segment.parts.length
  )
    say(`${segment.msn}: EXTINF ${segment.duration} differs from the sum of its parts ${sum.toFixed(5)}`);
};

const checkSegments = (p: CheckedPlaylist, say: (text: string) => void): void => {
  const edge = p.segments.reduce((sum, segment) => sum + lengthOf(segment), 0);
  let at = 0;
  let before: CheckedSegment | undefined;
  for (const segment of p.segments) {
    const { msn, duration, uri, dateTime } = segment;
    at += lengthOf(segment);
    if (uri !== undefined && !new RegExp(`(^|/)${msn}\\.m4s$`).test(uri) && p.type === undefined)
      say(`segment ${msn} has the URI ${uri}`);
    if (duration !== undefined && Math.round(duration) > p.targetDuration)
      say(`segment ${msn}: EXTINF ${duration} rounded exceeds TARGETDURATION ${p.targetDuration} (4.4.3.1)`);
    if (segment.map === undefined) say(`segment ${msn} has no MAP`);
    if (dateTime === undefined || Number.isNaN(dateTime)) say(`segment ${msn} has no PROGRAM-DATE-TIME`);
    // Clips that were joined are played in any order.
    const joined = p.type === 'VOD' && segment.discontinuity;
    const earlier = joined ? undefined : before?.dateTime;
    if (dateTime !== undefined && earlier !== undefined && before) {
      if (dateTime < earlier || (dateTime === earlier && lengthOf(before) > 0.001))
        say(`segment ${msn}: PROGRAM-DATE-TIME must go forward (${earlier} → ${dateTime})`);
    }
    if (before?.map !== undefined && before.map !== segment.map && !segment.discontinuity)
      say(`segment ${msn}: a new MAP must come with a DISCONTINUITY`);
    if (segment.parts.length > 0 && edge - at > 3 * p.targetDuration + close)
      say(`segment ${msn}: parts must not be listed further than 3 target durations from the end`);
    checkParts(p, segment, say);
    before = segment;
  }
};

const checkHint = (p: CheckedPlaylist, say: (text: string) => void): void => {
  const last = p.segments.at(-1);
  if (p.ended && p.hint !== undefined) say('no PRELOAD-HINT after ENDLIST');
  if (p.ended || p.partTarget === undefined || !last) return;
  const expected = last.uri === undefined ? `${last.msn}.${last.parts.length}.m4s` : `${last.msn + 1}.0.m4s`;
  if (p.hint !== expected) say(`PRELOAD-HINT must be ${expected} (got ${p.hint})`);
};

const checkSame = (before: CheckedSegment, now: CheckedSegment, say: (text: string) => void): void => {
  const name = `segment ${now.msn}`;
  if (before.uri !== undefined && now.uri === undefined) say(`${name} was finished and is open again`);
  for (const key of ['dateTime', 'discontinuity'] as const)
    if (before[key] !== now[key]) say(`${name}: ${key} changed from ${before[key]} to ${now[key]}`);
  if (before.map !== now.map) say(`${name}: its MAP changed from ${before.map} to ${now.map}`);
  if (before.duration !== undefined && before.duration !== now.duration)
    say(`${name}: EXTINF changed from ${before.duration} to ${now.duration}`);
  if (now.parts.length === 0) return;
  before.parts.forEach((part, i) => {
    const same = now.parts[i];
    if (part.uri !== same?.uri || part.duration !== same.duration)
      say(`${name}: part ${i} changed or went away`);
  });
};

const checkAgainst = (p: CheckedPlaylist, previous: CheckedPlaylist, say: (text: string) => void): void => {
  const back = (name: string, before: number, now: number) => {
    if (now < before) say(`${name} must never go back (${before} → ${now})`);
  };
  back('MEDIA-SEQUENCE', previous.mediaSequence, p.mediaSequence);
  back('DISCONTINUITY-SEQUENCE', previous.discontinuitySequence, p.discontinuitySequence);
  if (p.targetDuration !== previous.targetDuration) say('TARGETDURATION must not change');
  if (p.partTarget !== previous.partTarget) say('PART-TARGET must not change');
  if (previous.ended && !p.ended) say('nothing may come after ENDLIST');
  const [lastBefore, lastNow] = [previous.segments.at(-1), p.segments.at(-1)];
  if (lastBefore && lastNow) {
    back('the last segment', lastBefore.msn, lastNow.msn);
    if (lastBefore.msn === lastNow.msn && lastNow.uri === undefined)
      back('the last part', lastBefore.parts.length, lastNow.parts.length);
  } else if (lastBefore) say('the playlist lost all its segments');
  const known = new Map(p.segments.map((segment) => [segment.msn, segment]));
  const firstListed = p.segments[0]?.msn;
  let removed = 0;
  for (const before of previous.segments) {
    if (before.msn < p.mediaSequence && before.discontinuity) removed++;
    const now = known.get(before.msn);
    if (now) checkSame(before, now, say);
    else if (firstListed !== undefined && before.msn >= firstListed) say(`segment ${before.msn} went away`);
  }
  if (previous.skipped === 0 && p.mediaSequence <= (lastBefore?.msn ?? -1)) {
    const expected = previous.discontinuitySequence + removed;
    if (p.discontinuitySequence !== expected)
      say(`DISCONTINUITY-SEQUENCE must be ${expected} (got ${p.discontinuitySequence})`);
  }
};

/**
 * Violations of RFC 8216bis and of our own rules, in words; empty when the playlist is right.
 * `previous`: an earlier state of the same playlist (full or delta), against which nothing may have gone back.
 */
export const checkMediaPlaylist = (text: string, previous?: string): string[] => {
  const violations: string[] = [];
  const say = (violation: string) => void violations.push(violation);
  const playlist = readMediaPlaylist(text, violations);
  checkHeader(playlist, say);
  checkSegments(playlist, say);
  checkHint(playlist, say);
  if (previous !== undefined) checkAgainst(playlist, readMediaPlaylist(previous), say);
  return violations;
};
