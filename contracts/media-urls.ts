/** Builders of every address under `/media/<pass>/<venueId>/` (DESIGN section 3). All are relative to the venue's base, so the pass carries over by itself. */

export const trackNames = ['program', 'slides'] as const;
/** `program`: speaker and sound; `slides`: captured slide output. */
export type TrackName = (typeof trackNames)[number];

export const videoRungs = ['source', '720', '480', '360'] as const;
/** A video rendition. `source` is what the encoder sent; the others are transcoded heights in lines. */
export type VideoRung = (typeof videoRungs)[number];
export type RenditionName = VideoRung | 'audio';
export type Tier = 'low-latency' | 'standard';

export const openPass = 'public';
export const mediaBase = (pass: string, venueId: string): string => `/media/${pass}/${venueId}`;

/** Paths relative to the venue's media base. */
export const mediaPath = {
  now: () => 'now.json',
  multivariant: (run: string, track: TrackName, tier: Tier) =>
    `runs/${run}/${track}/${tier === 'standard' ? 'index-std' : 'index'}.m3u8`,
  audioOnly: (run: string, track: TrackName, tier: Tier) =>
    `runs/${run}/${track}/${tier === 'standard' ? 'audio-std' : 'audio'}.m3u8`,
  playlist: (run: string, track: TrackName, rendition: RenditionName, tier: Tier) =>
    `runs/${run}/${track}/${rendition}/${playlistFile(tier)}`,
  /** The whole run from its start, without parts; grows while live, ends with ENDLIST (time-shift, VOD). */
  clip: (clipId: string, version: number, track: TrackName) =>
    `clips/${clipId}/${version}/${track === 'program' ? 'index' : track}.m3u8`,
  clipPlaylist: (clipId: string, version: number, track: TrackName, rendition: RenditionName) =>
    `clips/${clipId}/${version}/${track}-${rendition}.m3u8`,
  preview: (track: TrackName) => `preview/${track}.jpg`,
};

export const playlistFile = (tier: Tier): string => (tier === 'standard' ? 'std.m3u8' : 'live.m3u8');
export const initFile = (k: number): string => `init-${k}.mp4`;
export const segmentFile = (msn: number): string => `${msn}.m4s`;
export const partFile = (msn: number, part: number): string => `${msn}.${part}.m4s`;
