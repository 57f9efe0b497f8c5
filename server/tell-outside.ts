/** What happens in venues and programmes, told to webhooks: found by comparing what is with what was. */
import type { ClipRecord } from '#conference/clip/clip.ts';
import type { TalkRecord } from '#conference/talk/talk.ts';
import type { VenueDirectory } from '#conference/venue/venue.ts';
import type { WebhookEvent } from '#contracts/integration.ts';

export type TellOutsideOptions = {
  readonly emit: (event: WebhookEvent, conferenceId: string, data: Record<string, unknown>) => Promise<void>;
  readonly venues: Pick<VenueDirectory, 'get'>;
  readonly talks: {
    list(
      venueId: string,
    ): readonly Pick<TalkRecord, 'id' | 'title' | 'state' | 'actualStart' | 'actualEnd'>[];
    onChanged(hook: (venueId: string) => void): () => void;
  };
  readonly clips: { list(venueId: string): readonly ClipRecord[] };
  /** Ms within which changes of a programme are told as one. */
  readonly beat?: number;
};

export class TellOutside {
  readonly #options: TellOutsideOptions;
  readonly #states = new Map<string, ReadonlyMap<string, TalkRecord['state']>>();
  readonly #versions = new Map<string, number>();
  readonly #due = new Map<string, NodeJS.Timeout>();
  readonly #unhook: () => void;

  /** `venueIds`: those there are; what their talks are now is no news. */
  constructor(options: TellOutsideOptions, venueIds: readonly string[]) {
    this.#options = options;
    for (const id of venueIds) {
      this.#states.set(id, this.#statesOf(id));
      for (const clip of options.clips.list(id)) if (isReady(clip)) this.#versions.set(clip.id, clip.version);
    }
    this.#unhook = options.talks.onChanged((venueId) => this.#talksChanged(venueId));
  }

  close(): void {
    this.#unhook();
    for (const timer of this.#due.values()) clearTimeout(timer);
  }

  venueLive(venueId: string, run: string): void {
    this.#emit('venue.live', venueId, { venue: venueId, run });
  }

  venueEnded(venueId: string, run: string, at: number): void {
    this.#emit('venue.ended', venueId, { venue: venueId, run, at });
  }

  /** Told once a version: hiding it is no news, cutting it anew is. */
  #clipChanged(clip: ClipRecord): void {
    const { id, venueId, talkId, title, version } = clip;
    if (!isReady(clip) || (this.#versions.get(id) ?? 0) >= version) return;
    this.#versions.set(id, version);
    this.#emit('replay.ready', venueId, { venue: venueId, clip: id, talk: talkId, title, version });
  }

  #talksChanged(venueId: string): void {
    const before = this.#states.get(venueId) ?? new Map();
    this.#states.set(venueId, this.#statesOf(venueId));
    for (const { id, title, state, actualStart, actualEnd } of this.#options.talks.list(venueId)) {
      const was = before.get(id);
      if (was === state) continue;
      const talk = { venue: venueId, talk: id, title };
      if (state === 'now') this.#emit('talk.started', venueId, { ...talk, at: actualStart });
      if (state === 'done' && was === 'now') this.#emit('talk.ended', venueId, { ...talk, at: actualEnd });
    }
    for (const clip of this.#options.clips.list(venueId)) this.#clipChanged(clip);
    this.#programmeChanged(venueId);
  }

  #programmeChanged(venueId: string): void {
    const conferenceId = this.#options.venues.get(venueId)?.conferenceId;
    if (conferenceId === undefined || this.#due.has(conferenceId)) return;
    const timer = setTimeout(() => {
      this.#due.delete(conferenceId);
      void this.#options.emit('programme.changed', conferenceId, {});
    }, this.#options.beat ?? 2000);
    this.#due.set(conferenceId, timer);
  }

  #statesOf(venueId: string): ReadonlyMap<string, TalkRecord['state']> {
    return new Map(this.#options.talks.list(venueId).map(({ id, state }) => [id, state]));
  }

  #emit(event: WebhookEvent, venueId: string, data: Record<string, unknown>): void {
    const conferenceId = this.#options.venues.get(venueId)?.conferenceId;
    if (conferenceId !== undefined) void this.#options.emit(event, conferenceId, data);
  }
}

const isReady = ({ state, empty }: ClipRecord): boolean => state === 'published' && !empty;
