/** The checker must see what is wrong: each case breaks one rule of a right playlist. */
import { expect, it } from 'vitest';
import { checkMediaPlaylist } from './playlist-check.ts';

const right = `#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.002,CAN-SKIP-UNTIL=12,HOLD-BACK=6
#EXT-X-PART-INF:PART-TARGET=0.334
#EXT-X-MEDIA-SEQUENCE:5
#EXT-X-DISCONTINUITY-SEQUENCE:1
#EXT-X-MAP:URI="init-0.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-05-01T09:00:00.000Z
#EXTINF:2,
5.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="init-1.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-05-01T09:00:02.000Z
#EXT-X-PART:DURATION=0.32,URI="6.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.32,URI="6.1.m4s"
#EXT-X-PART:DURATION=0.2,URI="6.2.m4s"
#EXTINF:0.84,
6.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-05-01T09:00:02.840Z
#EXT-X-PART:DURATION=0.32,URI="7.0.m4s",INDEPENDENT=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="7.1.m4s"
#EXT-X-RENDITION-REPORT:URI="../audio/live.m3u8",LAST-MSN=7,LAST-PART=0
`;

it('a right playlist has no violation, nor against itself', () => {
  expect(checkMediaPlaylist(right, right)).toEqual([]);
});

it.each([
  [
    'a part above PART-TARGET',
    'DURATION=0.32,URI="6.1',
    'DURATION=0.36,URI="6.1',
    /must not exceed PART-TARGET/,
  ],
  ['a short part in the middle', 'DURATION=0.32,URI="6.1', 'DURATION=0.2,URI="6.1', /at least 85 %/],
  ['EXTINF above TARGETDURATION', '#EXTINF:2,', '#EXTINF:2.6,', /exceeds TARGETDURATION/],
  ['EXTINF unlike its parts', '#EXTINF:0.84,', '#EXTINF:0.9,', /differs from the sum/],
  ['no time', '#EXT-X-PROGRAM-DATE-TIME:2026-05-01T09:00:02.840Z\n', '', /no PROGRAM-DATE-TIME/],
  ['a time going back', '09:00:02.840Z', '08:59:02.840Z', /must go forward/],
  ['no hint', '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="7.1.m4s"\n', '', /PRELOAD-HINT must be/],
  ['a wrong hint', 'URI="7.1.m4s"', 'URI="8.0.m4s"', /PRELOAD-HINT must be/],
  ['a hint after the end', 'LAST-PART=0\n', 'LAST-PART=0\n#EXT-X-ENDLIST\n', /no PRELOAD-HINT/],
  ['a new init without discontinuity', '#EXT-X-DISCONTINUITY\n', '', /must come with a DISCONTINUITY/],
  ['a short skip boundary', 'CAN-SKIP-UNTIL=12', 'CAN-SKIP-UNTIL=8', /CAN-SKIP-UNTIL must be at least 12/],
  ['a short hold-back', 'PART-HOLD-BACK=1.002', 'PART-HOLD-BACK=0.9', /PART-HOLD-BACK must be/],
  [
    'a skip of what is near',
    'SEQUENCE:1\n',
    'SEQUENCE:1\n#EXT-X-SKIP:SKIPPED-SEGMENTS=1\n',
    /SKIP must leave/,
  ],
  [
    'parts after their EXTINF',
    '6.m4s\n',
    '6.m4s\n#EXT-X-PART:DURATION=0.3,URI="6.3.m4s"\n',
    /has the URI|MAP must|DISCONTINUITY must/,
  ],
  ['an unknown tag', '#EXTINF:2,', '#EXT-X-KEYY:1\n#EXTINF:2,', /unknown tag/],
])('sees %s', (_name, from, to, expected) => {
  expect(checkMediaPlaylist(right.replace(from, to)).join('\n')).toMatch(expected);
});

it.each([
  ['MEDIA-SEQUENCE going back', 'MEDIA-SEQUENCE:5', 'MEDIA-SEQUENCE:4', /MEDIA-SEQUENCE must never go back/],
  [
    'DISCONTINUITY-SEQUENCE going back',
    'DISCONTINUITY-SEQUENCE:1',
    'DISCONTINUITY-SEQUENCE:0',
    /must never go back/,
  ],
  ['a discontinuity forgotten', 'DISCONTINUITY-SEQUENCE:1', 'DISCONTINUITY-SEQUENCE:2', /must be 1/],
  ['another TARGETDURATION', 'TARGETDURATION:2', 'TARGETDURATION:3', /must not change/],
  ['another time for the same segment', '09:00:02.840Z', '09:00:02.900Z', /dateTime changed/],
  ['another duration for the same segment', '#EXTINF:2,', '#EXTINF:1.9,', /EXTINF changed/],
  [
    'a part that went away',
    '#EXT-X-PART:DURATION=0.32,URI="7.0.m4s",INDEPENDENT=YES\n',
    '',
    /last segment must never/,
  ],
])('sees against an earlier playlist: %s', (_name, from, to, expected) => {
  expect(checkMediaPlaylist(right.replace(from, to), right).join('\n')).toMatch(expected);
});
