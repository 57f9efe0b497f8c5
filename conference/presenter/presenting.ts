/**
 * Commands of everyone who holds the page of a talk, one request after the other: each done once, appended to the stage in the
 * order given, up to the first one refused.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { CodedError } from '#contracts/errors.ts';
import type { StageBody, StageEvent } from '#contracts/events.ts';
import type { PresenterAnswer, PresenterCommand } from '#contracts/presenter.ts';
import type { StageState } from '#contracts/stage-state.ts';
import type { Talk } from '#contracts/talk.ts';
import type { Decks } from '../deck/decks.ts';
import { bodyOf } from './commands.ts';

/** The part of a venue's event stream that presenting needs. */
export interface StagePort {
  append(stream: 'stage', items: readonly { t?: number; body: StageBody }[]): Promise<readonly StageEvent[]>;
  state(): StageState;
  between(from: number, to: number): Promise<readonly StageEvent[]>;
}

export type Presenter = {
  /** Shown name. */
  readonly name: string;
  readonly source: 'presenter' | 'operator';
};

export type PresentingOptions = {
  readonly decks: Decks;
  /** Undefined: there is no such venue. */
  readonly stage: (venueId: string) => StagePort | undefined;
  readonly talks: { list(venueId: string): readonly Pick<Talk, 'id' | 'state' | 'title'>[] };
  readonly log: Logger;
  /** Epoch ms. */
  readonly now?: () => number;
};

type Venue = {
  turn: Promise<unknown>;
  waiting: number;
  /** Ids done, oldest first. */
  readonly done: Set<string>;
  readonly since: number;
};
type Item = { readonly id: string; readonly t: number; readonly body: StageBody };

/** Ids remembered for each venue: an hour of drawing without a pause. */
const mostRemembered = 20_000;
/** Requests waiting for their turn; the stage takes ten a second. */
const mostWaiting = 50;

export class Presenting {
  readonly #options: PresentingOptions;
  readonly #now: () => number;
  readonly #venues = new Map<string, Venue>();

  constructor(options: PresentingOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Throws `talk.order` when the venue is at another talk, `request.tooMany`, `venue.notFound`. */
  command(
    talk: Pick<Talk, 'id' | 'venueId'>,
    commands: readonly PresenterCommand[],
    by: Presenter,
  ): Promise<PresenterAnswer> {
    const venue = this.#venue(talk.venueId);
    if (venue.waiting >= mostWaiting)
      throw new CodedError('request.tooMany', 'commands of this venue at once');
    venue.waiting += 1;
    const result = venue.turn.then(() => this.#apply(venue, talk, commands, by));
    venue.turn = result
      .catch(() => undefined)
      .finally(() => {
        venue.waiting -= 1;
      });
    return result;
  }

  async #apply(
    venue: Venue,
    talk: Pick<Talk, 'id' | 'venueId'>,
    commands: readonly PresenterCommand[],
    by: Presenter,
  ): Promise<PresenterAnswer> {
    const { decks, stage: stageOf, talks } = this.#options;
    const stage = stageOf(talk.venueId);
    if (!stage) throw new CodedError('venue.notFound');
    const current = talks.list(talk.venueId).find(({ state }) => state === 'now');
    if (current && current.id !== talk.id) throw new CodedError('talk.order', `now on: ${current.title}`);

    const deck = await decks.presented(talk.id);
    const presented = deck && { deckId: deck.deck.id, pages: deck.pages, total: deck.deck.total };
    const shown = new Set(stage.state().shown.map(({ image }) => image.id));
    const items: Item[] = [];
    const accepted: string[] = [];
    let refused: PresenterAnswer['refused'];
    for (const { id, t, do: what } of commands) {
      if (venue.done.has(id) || items.some((item) => item.id === id)) {
        accepted.push(id);
        continue;
      }
      try {
        const body = bodyOf(what, {
          presented,
          wasShown: (image) => shown.has(image),
          by: by.name,
          source: by.source,
        });
        if (body.type === 'page') shown.add(body.image.id);
        if (!(await this.#happened(stage, t, body, venue.since))) items.push({ id, t, body });
        accepted.push(id);
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        refused = { id, error: error.body().error };
        break;
      }
    }
    if (items.length > 0) await this.#append(stage, items, deck?.deck.id);
    for (const id of accepted) remember(venue.done, id);
    return refused ? { accepted, refused } : { accepted };
  }

  async #append(stage: StagePort, items: readonly Item[], deckId: string | undefined): Promise<void> {
    const turned = items.flatMap(({ body }) => (body.type === 'page' ? [body.page] : []));
    await stage.append(
      'stage',
      items.map(({ t, body }) => ({ t, body })),
    );
    // Not waited for: the page is on screen whether or not the database answers.
    if (deckId !== undefined && turned.length > 0)
      this.#options.decks
        .markShown(deckId, [...new Set(turned)])
        .catch((err: unknown) => this.#options.log.warn({ deck: deckId, err }, 'shown pages were not noted'));
  }

  /** A command from before this process began, sent again because its answer was lost: its event has the same time and content. */
  async #happened(stage: StagePort, t: number, body: StageBody, since: number): Promise<boolean> {
    if (t > since) return false;
    const near = await stage.between(t - 1, t);
    return near.some(({ i: _i, at: _at, t: when, ...known }) => when === t && isDeepStrictEqual(known, body));
  }

  #venue(id: string): Venue {
    const known = this.#venues.get(id);
    if (known) return known;
    const venue = { turn: Promise.resolve(), waiting: 0, done: new Set<string>(), since: this.#now() };
    this.#venues.set(id, venue);
    return venue;
  }
}

function remember(done: Set<string>, id: string): void {
  done.add(id);
  if (done.size <= mostRemembered) return;
  for (const oldest of done) {
    done.delete(oldest);
    return;
  }
}
