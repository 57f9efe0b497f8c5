/** A speaker who presents the demo's talks by himself, in step with the synthetic lecture: decks, cuts, pages, ink, laser. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { TalkRecord } from '#conference/talk/talk.ts';
import type { PresenterCommand } from '#contracts/presenter.ts';
import { secondsPerPage } from '../../bench/source/lecture-picture.ts';
import type { RunningServer } from '../start.ts';
import { type DemoDeck, flowDeck, panelDeck, plaqueDeck, screeningDeck, writeDeck } from './demo-deck.ts';

type DemoTalk = {
  readonly title: string;
  readonly deck: DemoDeck;
  /** Cut when its pages are over: there is a replay soon after the start. */
  readonly short: boolean;
};
/** The talks of the congress that are presented, by their titles. */
const presented: readonly DemoTalk[] = [
  { title: '冠脉CT在胸痛中心的快速分诊', deck: screeningDeck, short: true },
  { title: 'CT-FFR：一次扫描里的功能学答案', deck: flowDeck, short: true },
  { title: '斑块定量如何改变他汀治疗决策', deck: plaqueDeck, short: false },
  { title: '圆桌讨论：影像报告应该写到多细？', deck: panelDeck, short: false },
];

export type DemoLinks = { readonly presenterUrl?: string; readonly replayUrl?: string };
export type DemoShowOptions = {
  readonly server: RunningServer;
  readonly venueId: string;
  /** `http://host:port`. */
  readonly origin: string;
  /** Links came to be, or are others now: all known so far, and those. */
  readonly onLinks: (all: DemoLinks, fresh: DemoLinks) => Promise<void>;
  readonly log: Logger;
};

const by = { name: '演示', source: 'presenter' } as const;
const linkName = 'demo';
const linkHours = 336;
/** Pages of a short talk turn twice as often: four of them are half a minute. */
const pageMs = secondsPerPage * 1000;
const shortPageMs = pageMs / 2;
const lookMs = 500;
/** Conversion must not take the processor from the first picture. */
const settleMs = 3000;
/** A talk begins without its deck when conversion takes longer. */
const deckLimitMs = 180_000;
/** Someone else who turned a page keeps it for so long. */
const othersMs = 60_000;
const pieceMs = 150;

/** Goes on until closed; what fails is logged and tried again with the next page. */
export function startDemoShow(options: DemoShowOptions): { close(): Promise<void> } {
  const ending = new AbortController();
  const show = new DemoShow(options, ending.signal);
  const done = show.run().catch((error: unknown) => {
    if (!ending.signal.aborted) options.log.warn({ err: error }, 'the demo is not presented any more');
  });
  return {
    close: () => {
      ending.abort();
      return done;
    },
  };
}

class DemoShow {
  readonly #options: DemoShowOptions;
  readonly #signal: AbortSignal;
  #links: DemoLinks = {};
  #linked: string | undefined;

  constructor(options: DemoShowOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    await this.#until(() => this.#live);
    await this.#pause(settleMs);
    await this.#prepare();
    for (;;) {
      await this.#until(() => this.#live);
      try {
        const talk = await this.#talkOn();
        await this.#tellLinks(talk);
        await this.#present(talk);
      } catch (error) {
        if (this.#signal.aborted) throw error;
        this.#options.log.warn({ err: error }, 'demo: a step of the talk failed');
        await this.#pause(secondsPerPage * 1000);
      }
    }
  }

  get #live(): boolean {
    const { server, venueId } = this.#options;
    return server.desk.status(venueId)?.state === 'live';
  }

  get #talks(): readonly TalkRecord[] {
    return this.#options.server.talks.list(this.#options.venueId);
  }

  get #current(): TalkRecord | undefined {
    return this.#talks.find(({ state }) => state === 'now');
  }

  /** At the first start of the folder. What the user deleted stays deleted. */
  async #prepare(): Promise<void> {
    const { server, log } = this.#options;
    for (const talk of this.#talks) {
      const deck = demoTalk(talk)?.deck;
      const known = server.decks.newest(talk.id)?.state;
      if (!deck || talk.state === 'done' || (known !== undefined && known !== 'failed')) continue;
      await this.#upload(talk, deck).catch((error: unknown) =>
        log.warn({ err: error, talk: talk.id }, 'demo: a deck was not uploaded'),
      );
    }
  }

  async #upload(talk: TalkRecord, deck: DemoDeck): Promise<void> {
    const { decks } = this.#options.server;
    const bytes = writeDeck(deck);
    const { id, chunkBytes } = await decks.startUpload(talk, [{ name: deck.name, bytes: bytes.length }]);
    for (let at = 0; at < bytes.length; at += chunkBytes)
      await decks.uploads.write(id, 0, at, Readable.from([bytes.subarray(at, at + chunkBytes)]));
    await decks.complete(id);
  }

  /** The talk that is on; else the next planned one begins as soon as its deck is ready. Without one: the last, which nobody ends. */
  async #talkOn(): Promise<TalkRecord> {
    const known = this.#current;
    if (known) return known;
    const next = this.#talks.find(({ state }) => state === 'planned');
    if (next) {
      await this.#deckOf(next);
      if (!this.#current) await this.#options.server.talks.nextTalk(this.#options.venueId, 0);
    }
    const talk = this.#current ?? this.#talks.findLast(({ state }) => state === 'done');
    if (!talk) throw new Error('there is no talk to present');
    return talk;
  }

  async #deckOf(talk: TalkRecord): Promise<void> {
    const { decks } = this.#options.server;
    const limit = performance.now() + deckLimitMs;
    await this.#until(() => {
      const state = decks.newest(talk.id)?.state;
      return state === undefined || state === 'ready' || state === 'failed' || performance.now() > limit;
    });
  }

  /** All pages once, from the first; a short talk is then cut if the next one can begin. */
  async #present(talk: TalkRecord): Promise<void> {
    const { server, venueId, log } = this.#options;
    const { short = false } = demoTalk(talk) ?? {};
    const everyMs = short && talk.state === 'now' ? shortPageMs : pageMs;
    const pages = (await server.decks.presented(talk.id))?.pages.length ?? 0;
    for (let page = 0; page < Math.max(1, pages); page++) {
      const goes = () => this.#live && (talk.state !== 'now' || this.#current?.id === talk.id);
      if (!goes()) return;
      if (pages > 0 && !this.#othersTurn())
        await this.#show(talk, page).catch((error: unknown) => {
          if (this.#signal.aborted) throw error;
          log.debug({ err: error }, 'demo: a page was not turned');
        });
      await this.#pause(everyMs - (Date.now() % everyMs));
    }
    const next = this.#talks.find(({ state }) => state === 'planned');
    if (!short || !next || this.#current?.id !== talk.id) return;
    const state = server.decks.newest(next.id)?.state;
    if (state === 'waiting' || state === 'converting') return;
    await server.talks.nextTalk(venueId, 0);
    const clip = server.talks.view(talk).replay?.clip;
    if (clip) await this.#tell({ replayUrl: `${this.#options.origin}/replay/${venueId}/${clip}` });
  }

  /** Turns to the page, and on most pages points at it or marks it. */
  async #show(talk: TalkRecord, page: number): Promise<void> {
    const { server } = this.#options;
    await this.#command(talk, { type: 'goto', page, step: 0 });
    const image = (await server.decks.presented(talk.id))?.pages[page]?.steps[0]?.image.id;
    if (image === undefined || page === 0) return;
    await this.#pause(1500);
    if (page % 3 === 2) await this.#point(talk, image);
    else await this.#underline(talk, image);
  }

  /** A stroke under the title, as it is drawn by a hand. */
  async #underline(talk: TalkRecord, image: string): Promise<void> {
    const stroke = randomUUID();
    const pieces = 6;
    const pen = { type: 'ink', stroke, image, tool: 'pen', colour: '#e02b2b', size: 0.004 } as const;
    for (let piece = 0; piece < pieces; piece++) {
      const points = Array.from({ length: 6 }, (_, k): [number, number, number, number] => {
        const along = (piece + k / 5) / pieces;
        return [(k * pieceMs) / 5, 0.05 + along * 0.28, 0.15 + 0.006 * Math.sin(along * 14), 0.5];
      });
      const t = Date.now();
      await this.#pause(pieceMs);
      await this.#command(talk, { ...pen, points, end: piece === pieces - 1 }, t);
    }
  }

  /** Circles of a pointer. */
  async #point(talk: TalkRecord, image: string): Promise<void> {
    for (let piece = 0; piece < 14; piece++) {
      const points = Array.from({ length: 5 }, (_, k): [number, number, number] => {
        const angle = (piece + k / 4) * 0.9;
        return [(k * pieceMs) / 4, 0.35 + 0.1 * Math.cos(angle), 0.5 + 0.14 * Math.sin(angle)];
      });
      const t = Date.now();
      await this.#pause(pieceMs);
      await this.#command(talk, { type: 'laser', image, points }, t);
    }
    await this.#command(talk, { type: 'laser', image, points: [] });
  }

  async #command(talk: TalkRecord, what: PresenterCommand['do'], t = Date.now()): Promise<void> {
    const { presenting } = this.#options.server;
    const { refused } = await presenting.command(talk, [{ id: randomUUID(), t, do: what }], by);
    if (refused) throw new Error(`${refused.error.code}: ${refused.error.detail ?? ''}`);
  }

  #othersTurn(): boolean {
    const page = this.#options.server.desk.events(this.#options.venueId)?.state().page;
    return page !== null && page !== undefined && page.by !== by.name && Date.now() - page.t < othersMs;
  }

  /** A link to present the talk that goes on, and the newest replay there is. */
  async #tellLinks(talk: TalkRecord): Promise<void> {
    const { server, venueId, origin } = this.#options;
    const replayed = this.#talks.findLast((one) => server.talks.view(one).replay?.state === 'published');
    const clip = replayed && server.talks.view(replayed).replay?.clip;
    if (clip) await this.#tell({ replayUrl: `${origin}/replay/${venueId}/${clip}` });
    if (this.#linked === talk.id || demoTalk(talk)?.short !== false) return;
    this.#linked = talk.id;
    for (const old of server.links.ofTalk(talk.id))
      if (old.name === linkName && old.revokedAt === null) await server.links.revoke(old.id);
    const { token } = await server.links.create({
      ...{ talkId: talk.id, name: linkName, createdBy: linkName, hours: linkHours },
    });
    await this.#tell({ presenterUrl: `${origin}/present#${token}` });
  }

  async #tell(links: DemoLinks): Promise<void> {
    const all = { ...this.#links, ...links };
    if (all.presenterUrl === this.#links.presenterUrl && all.replayUrl === this.#links.replayUrl) return;
    this.#links = all;
    await this.#options.onLinks(all, links);
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.#pause(lookMs);
  }

  #pause(ms: number): Promise<void> {
    return wait(ms, undefined, { signal: this.#signal });
  }
}

const demoTalk = ({ title }: TalkRecord): DemoTalk | undefined =>
  presented.find((one) => one.title === title);
