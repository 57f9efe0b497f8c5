/** Asks about a clip what a player asks about a venue: is it there, which version, what to play. */
import type { ClipInfo } from '#contracts/clip.ts';
import { mediaPath } from '#contracts/media-urls.ts';
import type { Now } from '#contracts/now.ts';
import type { AskNow, NowResult } from '../player/now-poller.ts';

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export class ClipQuestion {
  /** Of the version played. */
  info: ClipInfo | undefined;
  private readonly base: string;
  private readonly venueId: string;
  private readonly clipId: string;
  private readonly fetch: Fetch;

  constructor(
    base: string,
    venueId: string,
    clipId: string,
    fetch: Fetch = (url, init) => window.fetch(url, init),
  ) {
    this.base = base;
    this.venueId = venueId;
    this.clipId = clipId;
    this.fetch = fetch;
  }

  /** The version known is asked from caches; only when it is gone, the server. */
  readonly ask: AskNow = async (failures, signal) => {
    const sentAt = Date.now();
    try {
      const version = this.info?.version;
      const info = (version ? await this.read(version, signal) : undefined) ?? (await this.newest(signal));
      if (!info) return { kind: 'unknownVenue' };
      this.info = info;
      return { kind: 'now', now: nowOf(info), receivedAt: Date.now(), sentAt } satisfies NowResult;
    } catch {
      return { kind: 'lost', failures: failures + 1 };
    }
  };

  private async newest(signal: AbortSignal): Promise<ClipInfo | undefined> {
    const path = `/api/v1/public/clips/${encodeURIComponent(this.clipId)}`;
    const clip = (await this.json(path, signal)) as { venueId?: string; version?: number } | undefined;
    if (!clip || clip.venueId !== this.venueId || typeof clip.version !== 'number') return undefined;
    return this.read(clip.version, signal);
  }

  private async read(version: number, signal: AbortSignal): Promise<ClipInfo | undefined> {
    const path = `${this.base}/clips/${encodeURIComponent(this.clipId)}/${version}/clip.json`;
    return (await this.json(path, signal)) as ClipInfo | undefined;
  }

  /** Undefined when there is none (any more); throws when no answer of ours came. */
  private async json(path: string, signal: AbortSignal): Promise<unknown> {
    const response = await this.fetch(path, { cache: 'no-cache', signal });
    if (response.status === 404 || response.status === 403 || response.status === 410) return undefined;
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  }
}

/** A clip as a venue that has ended. */
export function nowOf(info: ClipInfo): Now {
  const track = (name: 'program' | 'slides') => {
    const clip = info.tracks[name];
    if (clip === undefined) return {};
    const audioPlaylist = mediaPath.clipPlaylist(info.id, info.version, name, 'audio');
    return { [name]: { renditions: [], playlist: clip, audioPlaylist, clip } };
  };
  return {
    state: 'ended',
    run: `${info.id} ${info.version}`,
    since: 0,
    // What joins several has no one beginning to guess a place from.
    runStart: info.ranges.length === 1 ? (info.ranges[0]?.from ?? null) : null,
    tier: 'standard',
    tracks: { ...track('program'), ...track('slides') },
    at: Date.now(),
  };
}
