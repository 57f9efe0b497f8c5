/** The composition root: lock, database, accounts, live desk, HTTP, in the order they need each other; closed in the reverse. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { ClipStore } from '#conference/clip/clip-store.ts';
import { Clips } from '#conference/clip/clips.ts';
import type { ConferenceStore } from '#conference/conference/conference-store.ts';
import { copyRules } from '#conference/conference/copy-rules.ts';
import type { Convert } from '#conference/deck/conversion.ts';
import type { Decks } from '#conference/deck/decks.ts';
import { PageFiles } from '#conference/deck/page-files.ts';
import type { KeyStore } from '#conference/integration/key-store.ts';
import type { MemberStore } from '#conference/member/member-store.ts';
import { LinkStore } from '#conference/presenter/link-store.ts';
import { Presenting } from '#conference/presenter/presenting.ts';
import { copyProgramme } from '#conference/programme/copy.ts';
import { Turns } from '#conference/rows.ts';
import { Programme } from '#conference/talk/programme.ts';
import { TalkStore } from '#conference/talk/talk-store.ts';
import { VenueStore } from '#conference/venue/venue-store.ts';
import { FontStore } from '../slides/font-store.ts';
import { createAuditLog } from './audit.ts';
import { Hashing } from './auth/hashing.ts';
import { type AccountParts, startAccounts } from './auth/start-accounts.ts';
import type { Config } from './config.ts';
import { lockData } from './data-lock.ts';
import { openDatabase } from './db/database.ts';
import { tuneHeap } from './heap.ts';
import { createApp } from './http/app.ts';
import { loadCertificate } from './http/certificate.ts';
import { createClients } from './http/client.ts';
import { closeListener, listen } from './http/listeners.ts';
import { createMetrics } from './http/metrics.ts';
import type { ListedRoute } from './http/route-list.ts';
import { slidesConverter } from './jobs/convert-deck.ts';
import { startDecks } from './jobs/start-decks.ts';
import { type LiveDesk, type LiveFactory, shownOf } from './live-port.ts';
import { ConsoleMail } from './messages/console-mail.ts';
import { SmtpMail } from './messages/smtp-mail.ts';
import { keptSecret } from './secrets.ts';
import { type AccessParts, startAccess } from './start-access.ts';
import { type AudienceParts, startAudience } from './start-audience.ts';
import { startConferences } from './start-conferences.ts';
import { type ProgrammeSide, startProgramme } from './start-programme.ts';
import { TellOutside } from './tell-outside.ts';
import { version } from './version.ts';

export type RunningServer = {
  readonly httpPort: number;
  /** Undefined without TLS. */
  readonly httpsPort: number | undefined;
  readonly rtmpPort: number;
  readonly rtmpsPort: number | undefined;
  /** `password` is the one the administrator was made with; undefined when it was not kept. */
  readonly admin: { readonly email: string; readonly password: string | undefined };
  readonly conferences: ConferenceStore;
  readonly members: MemberStore;
  readonly accounts: AccountParts;
  /** Every route with what it needs. */
  readonly routes: readonly ListedRoute[];
  readonly keys: KeyStore;
  readonly venues: VenueStore;
  readonly talks: Programme;
  readonly programme: ProgrammeSide;
  readonly decks: Decks;
  readonly links: LinkStore;
  readonly presenting: Presenting;
  readonly desk: LiveDesk;
  readonly access: AccessParts;
  readonly audience: AudienceParts;
  /** Drains and ends everything within 10 s (FAULTS 95); may be called twice. */
  close(): Promise<void>;
};

export type StartOptions = {
  readonly config: Config;
  readonly live: LiveFactory;
  readonly log: Logger;
  /** Built pages; undefined: dist/ of this clone. */
  readonly pagesFolder?: string;
  /** Of decks; undefined: that of slides/. */
  readonly convert?: Convert;
};

const root = join(import.meta.dirname, '..');
/** Ms held requests and open answers get at a stop; with the database's own stop it stays under 10 s. */
const drainLimit = 3000;

/** Throws DataInUseError when another process has the data folder. */
export async function startServer({
  config,
  live,
  log,
  pagesFolder,
  convert,
}: StartOptions): Promise<RunningServer> {
  tuneHeap();
  /** What was opened, to be closed last first, whether the start failed or the server stops. */
  const closers: (() => Promise<unknown>)[] = [];
  const opened = <T>(thing: T, close: () => Promise<unknown>): T => {
    closers.push(close);
    return thing;
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= closeAll(closers, log);
    return closing;
  };

  try {
    await mkdir(config.dataDir, { recursive: true, mode: 0o711 });
    const lock = lockData(config.dataDir);
    opened(lock, async () => lock.release());
    const tls = await loadCertificate(config);
    const { connections, url } = config.database;
    const database = await openDatabase({
      dataDir: config.dataDir,
      url,
      connections,
      log: log.child({ part: 'database' }),
    });
    opened(database, () => database.close());

    const hashing = new Hashing();
    const { db } = database;
    const mailLog = log.child({ part: 'mail' });
    const mail = config.smtp ? new SmtpMail(config.smtp, mailLog) : new ConsoleMail(config.dataDir, mailLog);
    opened(mail, async () => mail.close());
    const accounts = await startAccounts({ db, config, hashing, log: log.child({ part: 'accounts' }) });
    opened(accounts, () => accounts.close());
    const admin = await accounts.auth.ensureAdmin();
    const timeline: { desk: LiveDesk | undefined } = { desk: undefined };
    const venues = new VenueStore(database.db);
    await venues.load();
    const office = await startConferences({
      ...{ db, config, venues, mail, sms: accounts.sms, log: log.child({ part: 'conferences' }) },
      venueMade: async (venueId) => {
        const venue = venues.get(venueId);
        if (venue) await timeline.desk?.venueChanged(venue);
      },
    });
    opened(office, () => office.close());
    const { conferences, members, webhooks } = office;
    accounts.personalData.register({
      name: 'roles',
      export: async (userId) =>
        members
          .conferencesOf(userId)
          .map((conference) => ({ conference, roles: members.rolesOf(userId, conference) })),
      // The rows go with the account's.
      erase: async (userId) => members.forget({ userId }),
    });
    const talks = new TalkStore();
    await talks.load(database.db);
    const clipStore = new ClipStore();
    await clipStore.load(database.db);

    const pages = new PageFiles(join(config.dataDir, 'pages'));
    const fonts = new FontStore(join(config.dataDir, 'fonts'));
    await fonts.load();

    const clients = createClients(config.http.trustedProxies);
    const metrics = createMetrics();
    // Runs may end while desks are still opening: what talks missed they learn in `recover`.
    let onRunEnded = (_venue: string, _run: string, _at: number): void => undefined;
    const outside: { told: TellOutside | undefined } = { told: undefined };
    let onRunsDeleted = (_venue: string): void => undefined;
    const access = await startAccess({
      ...{ db, dataDir: config.dataDir, hashing, conferences, members, venues, talks, clips: clipStore },
      ...{ people: accounts.people, profiles: accounts.profiles, personalData: accounts.personalData },
      timeline: {
        now: (venueId) => timeline.desk?.events(venueId)?.now() ?? Date.now(),
        runOpen: (venueId) => timeline.desk?.runOpen(venueId) ?? false,
      },
      log: log.child({ part: 'access' }),
    });
    opened(access, () => access.close());
    const audience = await startAudience({
      ...{ config, database, conferences, venues, talks, clips: clipStore },
      ...{ profiles: accounts.profiles, personalData: accounts.personalData, sms: accounts.sms, mail },
      emit: (...event) => webhooks.emit(...event),
      log: log.child({ part: 'audience' }),
    });
    opened(audience, () => audience.close());
    access.viewerSource.set(audience.facts);
    access.consentSource.set(audience.consents);
    audience.consents.onRevoked(({ talkId, conferenceId }) => access.access.endReview(talkId, conferenceId));
    const desk = await live({
      config,
      venues,
      clips: clipStore,
      onRunStarted: (venueId, run) => outside.told?.venueLive(venueId, run),
      onRunEnded: (...ended) => onRunEnded(...ended),
      onRunsDeleted: (venueId) => onRunsDeleted(venueId),
      log,
      metrics,
      tls,
      clientKey: clients.key,
      pages,
      admission: access.access.gate,
    });
    opened(desk, () => desk.close());
    timeline.desk = desk.desk;
    const turns = new Turns();
    const programme = new Programme({
      db: database.db,
      talks,
      clips: clipStore,
      turns,
      stage: {
        streams: (venueId) => desk.desk.events(venueId),
        cutPoint: (venueId, secondsAgo) => desk.desk.cutPoint(venueId, secondsAgo),
      },
      log: log.child({ part: 'talks' }),
    });
    opened(programme, () => programme.close());
    const decksAtWork = await startDecks({
      config,
      database,
      talks: programme,
      images: pages,
      shownPages: ({ id, venueId }) => shownOf(desk.desk, venueId, id),
      convert: convert ?? slidesConverter(config.decks, fonts, log.child({ part: 'conversion' })),
      log: log.child({ part: 'decks' }),
    });
    opened(decksAtWork, () => decksAtWork.close());
    const { decks } = decksAtWork;
    programme.decksFrom(decks);
    // What the speaker answered about the replay holds for the courseware too.
    decks.downloadsAsk((talkId) => audience.consents.verdict(talkId).download !== false);
    audience.consents.onChanged((talkId) => programme.deckChanged(talkId));
    const links = new LinkStore(database.db);
    await links.load((talkId) => programme.get(talkId) !== undefined);
    const presenting = new Presenting({
      decks,
      talks: programme,
      stage: (venueId) => desk.desk.events(venueId),
      log: log.child({ part: 'presenting' }),
    });
    // What fails here is done at the next start.
    programme.onRemoved(({ id }) => {
      Promise.all([decks.removeTalk(id), links.removeTalk(id)]).catch((error: unknown) =>
        log.error({ err: error, talk: id }, 'courseware of a removed talk not deleted yet'),
      );
    });
    const clips = new Clips({
      db: database.db,
      store: clipStore,
      turns,
      now: (venueId) => desk.desk.events(venueId)?.now() ?? Date.now(),
      hasMedia: (venueId, ranges) => desk.desk.hasMedia(venueId, ranges),
      onChange: ({ venueId }) => {
        void programme.tell(venueId);
        // A replay that is hidden is closed in the time-shift too.
        access.access.gate.changed();
      },
    });
    onRunEnded = (venueId, run, at) => {
      outside.told?.venueEnded(venueId, run, at);
      void programme.runEnded(venueId, at);
    };
    onRunsDeleted = (venueId) =>
      void clips
        .recordingsDeleted(venueId)
        .catch((error: unknown) => log.error({ err: error, venue: venueId }, 'clips not marked as empty'));
    const programmeSide = await startProgramme({
      ...{ db: database.db, programme, conferences, venues, desk: desk.desk },
      labels: (venueId, talkId) => access.access.labels(venueId, talkId),
      onLabels: (hook) => access.access.gate.onChanged(hook),
      outside: office.outside,
      log: log.child({ part: 'programme' }),
      hasWork: (talkId) => decks.newest(talkId) !== null || clipStore.ofTalk(talkId) !== undefined,
      onMoved: (talkId, venueId) =>
        void decks
          .moveTalk(talkId, venueId)
          .catch((error: unknown) => log.error({ err: error, talk: talkId }, 'courseware did not move')),
    });
    opened(programmeSide, () => programmeSide.close());
    office.conferenceWork.onCopy((copy) => copyProgramme(programmeSide.editor, copy));
    office.conferenceWork.onCopy(copyRules(access.access.rules));
    await decks.settle((talkId) => programme.get(talkId)?.venueId);
    await programme.recover(venues.list().map(({ id }) => id));

    const told = new TellOutside(
      { emit: (...event) => webhooks.emit(...event), venues, talks: programme, clips: clipStore },
      venues.list().map(({ id }) => id),
    );
    outside.told = told;
    opened(told, async () => told.close());

    const http = await createApp({
      config,
      database,
      ...accounts,
      hashing,
      mail,
      ...office,
      venues,
      programme,
      programmeSide,
      clips,
      ...access,
      audience,
      decks,
      fonts,
      links,
      presenting,
      presenterSecret: await keptSecret(config.dataDir, 'presenter'),
      audit: createAuditLog(database.db),
      desk: desk.desk,
      media: desk.media,
      clients,
      metrics,
      tls,
      pagesFolder: pagesFolder ?? join(root, 'dist'),
      version,
      ports: () => ({ rtmp: desk.rtmpPort, rtmps: desk.rtmpsPort }),
      log: log.child({ part: 'http' }),
    });
    const { host, port, httpsPort } = config.http;
    const listening = { http: await listen(http.plain, host, port), https: undefined as number | undefined };
    const { secure } = http;
    opened(http, async () => {
      await http.sockets.close();
      await Promise.all([http.plain, secure].map((server) => server && closeListener(server, drainLimit)));
      // Afterwards: fastify would wait for held requests without a limit.
      await http.app.close();
    });
    if (secure) listening.https = await listen(secure, host, httpsPort);
    // First of all at a stop: no new encoder, held requests answered.
    closers.push(() => desk.drain());
    closers.push(async () => programmeSide.feed.close());

    const running: RunningServer = {
      httpPort: listening.http,
      httpsPort: listening.https,
      rtmpPort: desk.rtmpPort,
      rtmpsPort: desk.rtmpsPort,
      admin,
      routes: http.routes,
      keys: office.keys,
      conferences,
      members,
      accounts,
      venues,
      talks: programme,
      programme: programmeSide,
      decks,
      links,
      presenting,
      desk: desk.desk,
      access,
      audience,
      close,
    };
    log.info(
      { ...listening, rtmp: desk.rtmpPort, rtmps: desk.rtmpsPort, dataDir: config.dataDir },
      'server up',
    );
    return running;
  } catch (error) {
    await close();
    throw error;
  }
}

async function closeAll(closers: (() => Promise<unknown>)[], log: Logger): Promise<void> {
  for (const close of closers.reverse()) {
    try {
      await close();
    } catch (error) {
      log.warn({ err: error }, 'closing a part failed');
    }
  }
  log.info('server ended');
}
