/** What a page knows of a venue's streams: the stage by moment, the hall at once. React subscribes to snapshots. */
import type { ClipEvents } from '#contracts/clip.ts';
import { type EventStream, eventPath } from '#contracts/event-paths.ts';
import type { StreamPosition } from '#contracts/events.ts';
import { openPass } from '#contracts/media-urls.ts';
import { emptyHall, emptyStage, type HallState, hallAfter, type StageState } from '#contracts/stage-state.ts';
import { EventSocket, socketUrl } from './event-socket.ts';
import { type FollowStatus, follow } from './follow.ts';
import { StagePlayer } from './stage-player.ts';

export type FeedSnapshot = {
  readonly hall: HallState;
  /** The newest state of the stage, ahead of the picture. */
  readonly newest: StageState;
  readonly status: FollowStatus;
  readonly watching: number;
};

export class VenueFeed {
  readonly stage = new StagePlayer();
  private readonly base: string;
  private readonly venue: string;
  private readonly pass: string;
  private readonly listeners = new Set<() => void>();
  private readonly closers: { close(): void }[] = [];
  private current: FeedSnapshot = { hall: emptyHall, newest: emptyStage, status: 'connecting', watching: 0 };
  private earlier: string | undefined;

  /** `base`: `/media/<pass>/<venue>`. */
  constructor(base: string, venue: string, pass: string = openPass) {
    this.base = base;
    this.venue = venue;
    this.pass = pass;
  }

  /** `position`: what now.json said last. */
  start(position: (stream: EventStream) => StreamPosition | undefined): void {
    if (this.closers.length > 0) return;
    const socket = new EventSocket({ url: socketUrl(location), venue: this.venue, pass: this.pass });
    const { base } = this;
    this.closers.push(
      socket,
      follow({
        base,
        socket,
        stream: 'stage',
        position: () => position('stage'),
        onSnapshot: ({ state }) => {
          this.earlier = undefined;
          this.stage.restart(state, newestMoment(state));
          this.changed({ newest: this.stage.last() });
        },
        onBatch: ({ events, watching }) => {
          this.stage.add(events);
          if (events.length > 0) this.changed({ newest: this.stage.last(), watching });
        },
        onStatus: (status) => this.changed({ status }),
      }),
      follow({
        base,
        socket,
        stream: 'hall',
        position: () => position('hall'),
        onSnapshot: ({ state }) => this.takeHall(state),
        onBatch: ({ events, watching }) => {
          let { hall } = this.current;
          for (const event of events) hall = hallAfter(hall, event);
          if (hall !== this.current.hall) this.takeHall(hall, watching);
        },
      }),
    );
  }

  /** Makes moments before we came exact, from the events of the whole run. Once a run, and not again when it failed. */
  async reach(clip: string, version: number): Promise<void> {
    const path = eventPath.clipEvents(clip, version);
    if (this.earlier === path) return;
    this.earlier = path;
    try {
      const response = await fetch(`${this.base}/${path}`);
      if (!response.ok) return;
      const [first] = ((await response.json()) as ClipEvents).ranges;
      if (!first || this.earlier !== path) return;
      this.stage.prepend(first.state, first.from, first.events);
      this.changed({ newest: this.stage.last() });
    } catch {
      this.earlier = undefined; // Asked again at the next moment that needs it.
    }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly snapshot = (): FeedSnapshot => this.current;

  close(): void {
    for (const one of this.closers) one.close();
    this.closers.length = 0;
    this.listeners.clear();
  }

  private takeHall(hall: HallState, watching = this.current.watching): void {
    this.stage.hide(hall.redacted.stage);
    this.changed({ hall, watching, newest: this.stage.last() });
  }
  private changed(change: Partial<FeedSnapshot>): void {
    this.current = { ...this.current, ...change };
    for (const listener of this.listeners) listener();
  }
}

/** The latest moment a state tells of: from here on it is exact. */
export function newestMoment(state: StageState): number {
  const times = [state.page?.t, state.talkSince, state.laser?.t, state.shown.at(-1)?.t];
  const mark = state.ink.at(-1);
  if (mark) times.push(mark.kind === 'text' ? mark.t : mark.points.at(-1)?.[0]);
  return Math.max(0, ...times.map((one) => one ?? 0));
}
