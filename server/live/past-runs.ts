/** Ended runs: on the disk as they were recorded, opened when somebody first asks, those longest unread let go. */
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { RenditionName, TrackName } from '#contracts/media-urls.ts';
import { PublishedTrack } from '#media/packager/published-track.ts';
import { Rendition } from '#media/packager/rendition.ts';
import { type ArchivedRendition, RecordingArchive } from '#media/recording/archive.ts';
import type { RenditionRecording } from '#media/recording/recording.ts';

const names: readonly RenditionName[] = ['source', '720', '480', '360', 'audio'];
/** Tracks kept open at once, over all venues. */
const mostOpen = 32;

export type PastTrack = {
  readonly run: string;
  readonly track: TrackName;
  /** As the venue is set now. */
  readonly offered: readonly RenditionName[];
  /** Seconds. */
  readonly targetDuration: number;
};

export class PastRuns {
  readonly #log: Logger;
  readonly #archive: RecordingArchive;
  readonly #open = new Map<string, Promise<PublishedTrack | undefined>>();

  constructor(log: Logger) {
    this.#log = log;
    this.#archive = new RecordingArchive({ log });
  }

  /** `folder` of the track. Undefined when it has no media. */
  track(folder: string, about: PastTrack): Promise<PublishedTrack | undefined> {
    const opening = this.#open.get(folder) ?? this.#read(folder, about);
    this.#open.delete(folder);
    this.#open.set(folder, opening);
    const [oldest] = this.#open.keys();
    if (this.#open.size > mostOpen && oldest !== undefined) this.#open.delete(oldest);
    return opening;
  }

  /** Lets go of what lies in or under the folder. */
  forget(folder: string): void {
    for (const key of this.#open.keys()) if (`${key}/`.startsWith(`${folder}/`)) this.#open.delete(key);
    this.#archive.forget(folder);
  }

  close(): void {
    this.#open.clear();
    this.#archive.close();
  }

  async #read(
    folder: string,
    { run, track, offered, targetDuration }: PastTrack,
  ): Promise<PublishedTrack | undefined> {
    const published = new PublishedTrack({ run, track, offered });
    for (const name of names) {
      const archived = await this.#archive.open(join(folder, name));
      if (!archived) continue;
      const rendition = new Rendition({
        targetDuration,
        recording: readOnly(archived),
        recorded: { ...archived.recorded, ended: true },
        log: this.#log,
      });
      published.add(name, rendition);
    }
    return published.listed.length > 0 ? published : undefined;
  }
}

/** An ended run takes no more media: its rendition never calls the writers. */
function readOnly(archived: ArchivedRendition): RenditionRecording {
  const refuse = async () => false;
  const nothing = async () => undefined;
  return {
    init: refuse,
    startSegment: refuse,
    part: refuse,
    endSegment: refuse,
    gap: refuse,
    end: nothing,
    close: nothing,
    readInit: archived.readInit,
    readSegment: archived.readSegment,
  };
}
