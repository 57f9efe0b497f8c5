import { describe, expect, it } from 'vitest';
import {
  type MediaPlaylist,
  openSegmentLines,
  partLine,
  renderMediaPlaylist,
  renderMultivariant,
  segmentLines,
} from './m3u8.ts';

const at = Date.UTC(2026, 4, 1, 9, 0, 0, 500);
const part = (msn: number, index: number, independent = false) =>
  partLine({ uri: `${msn}.${index}.m4s`, duration: 1 / 3, independent });
const lines = (msn: number, parts = '', gap = false) =>
  segmentLines({ uri: `${msn}.m4s`, programDateTime: at + msn * 2000, duration: 2, gap, parts });

const playlist = (over: Partial<MediaPlaylist> = {}): MediaPlaylist => ({
  targetDuration: 4,
  mediaSequence: 7,
  discontinuitySequence: 1,
  type: 'live',
  lowLatency: true,
  canBlock: true,
  skipped: 0,
  entries: [
    { discontinuity: false, map: 'init-0.mp4', lines: lines(7) },
    { discontinuity: true, map: 'init-1.mp4', lines: lines(8, part(8, 0, true) + part(8, 1)) },
    {
      discontinuity: false,
      map: 'init-1.mp4',
      lines: openSegmentLines({ programDateTime: at + 18_000, parts: part(9, 0, true) }),
    },
  ],
  hint: '9.1.m4s',
  reports: [{ uri: '../audio/live.m3u8', lastMsn: 9, lastPart: 0 }],
  ended: false,
  ...over,
});

describe('media playlists', () => {
  it('a live low-latency playlist reads like the example of RFC 8216bis appendix B', () => {
    expect(renderMediaPlaylist(playlist())).toBe(
      `#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:4
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.002,CAN-SKIP-UNTIL=24,HOLD-BACK=12
#EXT-X-PART-INF:PART-TARGET=0.334
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-DISCONTINUITY-SEQUENCE:1
#EXT-X-MAP:URI="init-0.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-05-01T09:00:14.500Z
#EXTINF:2,
7.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="init-1.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-05-01T09:00:16.500Z
#EXT-X-PART:DURATION=0.33333,URI="8.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.33333,URI="8.1.m4s"
#EXTINF:2,
8.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-05-01T09:00:18.500Z
#EXT-X-PART:DURATION=0.33333,URI="9.0.m4s",INDEPENDENT=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="9.1.m4s"
#EXT-X-RENDITION-REPORT:URI="../audio/live.m3u8",LAST-MSN=9,LAST-PART=0
`,
    );
  });

  it('a delta update replaces the oldest segments by EXT-X-SKIP and repeats the MAP in force', () => {
    const text = renderMediaPlaylist(playlist({ skipped: 2 }));
    expect(text).toContain('#EXT-X-SKIP:SKIPPED-SEGMENTS=2\n#EXT-X-MAP:URI="init-1.mp4"\n');
    expect(text).not.toContain('8.m4s');
  });

  it('a complete playlist says VOD and ENDLIST, and nothing of server control or parts', () => {
    const text = renderMediaPlaylist(
      playlist({
        type: 'vod',
        lowLatency: false,
        entries: [{ discontinuity: false, map: 'init-0.mp4', lines: lines(7, '', true) }],
        hint: undefined,
        reports: [],
        ended: true,
      }),
    );
    expect(text).toContain('#EXT-X-PLAYLIST-TYPE:VOD\n');
    expect(text).toContain('#EXT-X-GAP\n#EXTINF:2,\n7.m4s\n#EXT-X-ENDLIST\n');
    expect(text).not.toMatch(/SERVER-CONTROL|PART/);
  });
});

describe('multivariant playlists', () => {
  const source = {
    uri: 'source/live.m3u8',
    codecs: 'avc1.640028',
    width: 1920,
    height: 1080,
    frameRate: 29.97,
    bandwidth: 4_100_000.2,
    averageBandwidth: 3_900_000,
  };
  const audio = {
    uri: 'audio/live.m3u8',
    codecs: 'mp4a.40.2',
    channels: 2,
    bandwidth: 130_000,
    averageBandwidth: 128_000,
  };

  it('sound is a group of its own; bandwidths are of picture and sound together', () => {
    expect(
      renderMultivariant({ video: [source], audio, audioVariant: true, independentSegments: true }),
    ).toBe(`#EXTM3U
#EXT-X-VERSION:9
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="main",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio/live.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=4230001,AVERAGE-BANDWIDTH=4028000,CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1920x1080,FRAME-RATE=29.970,AUDIO="audio",CLOSED-CAPTIONS=NONE
source/live.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=130000,AVERAGE-BANDWIDTH=128000,CODECS="mp4a.40.2",AUDIO="audio",CLOSED-CAPTIONS=NONE
audio/live.m3u8
`);
  });

  it('a silent track has no group, a track of sound only one variant', () => {
    const silent = renderMultivariant({
      video: [source],
      audio: undefined,
      audioVariant: true,
      independentSegments: false,
    });
    expect(silent).not.toMatch(/AUDIO|INDEPENDENT|mp4a/);
    const sound = renderMultivariant({ video: [], audio, audioVariant: false, independentSegments: true });
    expect(sound.match(/#EXT-X-STREAM-INF/g)).toHaveLength(1);
    expect(sound).not.toContain('#EXT-X-MEDIA');
  });
});
