/** The renditions of one track of one run, and the multivariant playlists that offer them. */
import {
  playlistFile,
  type RenditionName,
  type Tier,
  type TrackName,
  type VideoRung,
  videoRungs,
} from '#contracts/media-urls.ts';
import {
  type AudioVariant,
  type RenditionReport,
  renderMultivariant,
  type VideoVariant,
} from '../formats/m3u8.ts';
import type { Rendered, ServedTrack } from './catalog.ts';
import type { Rendition } from './rendition.ts';

export class PublishedTrack implements ServedTrack {
  readonly run: string;
  readonly name: TrackName;
  readonly #renditions = new Map<RenditionName, Rendition>();
  /** Last rendering of each multivariant playlist: the same bytes as long as nothing changed. */
  readonly #rendered = new Map<string, { readonly text: string; readonly rendered: Rendered }>();
  #offered: ReadonlySet<RenditionName>;

  /** `offered`: what viewers may choose from; may be changed by `offer`. */
  constructor(options: {
    readonly run: string;
    readonly track: TrackName;
    readonly offered: readonly RenditionName[];
  }) {
    this.run = options.run;
    this.name = options.track;
    this.#offered = new Set(options.offered);
  }

  /** From now on served; listed too once something of it can be played and it is offered. */
  add(name: RenditionName, rendition: Rendition): void {
    rendition.alignWith((msn) => this.#discontinuitiesBefore(msn));
    rendition.reportOn((tier) => this.#reports(name, tier));
    this.#renditions.set(name, rendition);
  }

  /** A rung that was given up: no longer listed, reported, or followed live; its media stays readable (fault 35). */
  remove(name: RenditionName): void {
    this.#renditions.get(name)?.withdraw();
  }

  offer(names: readonly RenditionName[]): void {
    this.#offered = new Set(names);
  }

  /** True once at least one rendition was added and all have ended. */
  get ended(): boolean {
    for (const rendition of this.#renditions.values()) if (!rendition.ended) return false;
    return this.#renditions.size > 0;
  }

  /** Names in the multivariant playlist, best first, `audio` last. */
  get listed(): readonly RenditionName[] {
    const audio = this.#playable('audio') ? (['audio'] as const) : [];
    return [...this.#video(), ...audio];
  }

  rendition(name: RenditionName): Rendition | undefined {
    return this.#renditions.get(name);
  }

  multivariant(tier: Tier): Rendered | undefined {
    return this.multivariantOf(`index ${tier}`, (name) => `${name}/${playlistFile(tier)}`);
  }

  audioOnly(tier: Tier): Rendered | undefined {
    const audio = this.#audio(`audio/${playlistFile(tier)}`);
    if (!audio) return undefined;
    return this.#render(`audio ${tier}`, { video: [], audio, audioVariant: true, independentSegments: true });
  }

  /** The same choice of renditions under other addresses (clips). `key` names the form; `start` in seconds (EXT-X-START). */
  multivariantOf(
    key: string,
    uri: (name: RenditionName) => string,
    { has = () => true, start }: { has?: (name: RenditionName) => boolean; start?: number | undefined } = {},
  ): Rendered | undefined {
    const video: VideoVariant[] = [];
    let independentSegments = true;
    for (const name of this.#video()) {
      if (!has(name)) continue;
      const rendition = this.#playable(name);
      const format = rendition?.format;
      if (!rendition || !format) continue;
      const { codecs, width, height, frameRate } = format;
      const { peak: bandwidth, average: averageBandwidth } = rendition.bandwidth;
      video.push({ uri: uri(name), codecs, width, height, frameRate, bandwidth, averageBandwidth });
      independentSegments &&= rendition.independent;
    }
    const audio = has('audio') ? this.#audio(uri('audio')) : undefined;
    if (!audio && video.length === 0) return undefined;
    const audioVariant = this.#offered.has('audio');
    return this.#render(key, { video, audio, audioVariant, independentSegments, start });
  }

  /** ENDLIST on every rendition; resolves when all recordings have their end. */
  async end(): Promise<void> {
    await Promise.all([...this.#renditions.values()].map((rendition) => rendition.end()));
  }

  /** The process is about to stop: held requests are answered. */
  dismiss(): void {
    for (const rendition of this.#renditions.values()) rendition.dismiss();
  }

  /** The process stops; the run goes on later. */
  async close(): Promise<void> {
    await Promise.all([...this.#renditions.values()].map((rendition) => rendition.close()));
  }

  #playable(name: RenditionName): Rendition | undefined {
    const rendition = this.#renditions.get(name);
    return rendition?.visible && rendition.format && !rendition.withdrawn ? rendition : undefined;
  }

  /** Counted in the rendition that began first: it has seen all of them. */
  #discontinuitiesBefore(msn: number): number {
    let first: Rendition | undefined;
    for (const rendition of this.#renditions.values())
      if ((rendition.firstMsn ?? msn) < (first?.firstMsn ?? msn)) first = rendition;
    return first?.discontinuitiesBefore(msn) ?? 0;
  }

  /** Rungs to list: those offered; the source also when there is nothing else. */
  #video(): readonly VideoRung[] {
    const playable = videoRungs.filter((name) => this.#playable(name));
    const offered = playable.filter((name) => this.#offered.has(name));
    return offered.length > 0 ? offered : playable.filter((name) => name === 'source');
  }

  #audio(uri: string): AudioVariant | undefined {
    const rendition = this.#playable('audio');
    const format = rendition?.format;
    if (!rendition || !format) return undefined;
    const { peak: bandwidth, average: averageBandwidth } = rendition.bandwidth;
    return { uri, codecs: format.codecs, channels: format.channels, bandwidth, averageBandwidth };
  }

  #reports(self: RenditionName, tier: Tier): readonly RenditionReport[] {
    const reports: RenditionReport[] = [];
    for (const name of this.listed) {
      const rendition = name === self ? undefined : this.#playable(name);
      const last = tier === 'standard' ? rendition?.lastSegmentPosition : rendition?.last;
      if (!rendition || !last || rendition.ended) continue;
      reports.push({ uri: `../${name}/${playlistFile(tier)}`, lastMsn: last.msn, lastPart: last.part });
    }
    return reports;
  }

  #render(key: string, playlist: Parameters<typeof renderMultivariant>[0]): Rendered {
    const text = renderMultivariant(playlist);
    const before = this.#rendered.get(key);
    if (before?.text === text) return before.rendered;
    const rendered: Rendered = { body: Buffer.from(text) };
    this.#rendered.set(key, { text, rendered });
    return rendered;
  }
}
