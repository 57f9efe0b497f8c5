/** The HTTP side: media first and raw, then the API, accounts and pages by fastify, each failure as a coded answer. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Clips } from '#conference/clip/clips.ts';
import type { Decks } from '#conference/deck/decks.ts';
import type { LinkStore } from '#conference/presenter/link-store.ts';
import type { Presenting } from '#conference/presenter/presenting.ts';
import type { Programme } from '#conference/talk/programme.ts';
import type { VenueStore } from '#conference/venue/venue-store.ts';
import { CodedError } from '#contracts/errors.ts';
import type { FontStore } from '../../slides/font-store.ts';
import type { AuditLog } from '../audit.ts';
import type { Hashing } from '../auth/hashing.ts';
import type { AccountParts } from '../auth/start-accounts.ts';
import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import type { LiveDesk, MediaHandler } from '../live-port.ts';
import type { MailSender } from '../messages/mail.ts';
import type { AccessParts } from '../start-access.ts';
import type { AudienceParts } from '../start-audience.ts';
import type { ConferenceParts } from '../start-conferences.ts';
import type { ProgrammeSide } from '../start-programme.ts';
import { createAddresses } from './addresses.ts';
import { registerAccounts } from './auth-routes.ts';
import type { Clients } from './client.ts';
import { answerFailure, answerNotFound } from './failures.ts';
import { createLimits } from './limits.ts';
import { createPlain, createSecure, type Handler, type Tls, track } from './listeners.ts';
import { registerMetrics } from './metrics.ts';
import { registerPages } from './pages.ts';
import { type ListedRoute, listRoutes } from './route-list.ts';
import { registerAccess } from './routes/access.ts';
import { registerArrange } from './routes/arrange.ts';
import { registerAudience } from './routes/audience.ts';
import { registerAudit } from './routes/audit.ts';
import { registerClips } from './routes/clips.ts';
import { registerClock } from './routes/clock.ts';
import { registerDecks } from './routes/decks.ts';
import { registerFonts } from './routes/fonts.ts';
import { registerImports } from './routes/imports.ts';
import { registerLogIn } from './routes/log-in.ts';
import { registerMe } from './routes/me.ts';
import { registerOffice } from './routes/office.ts';
import { registerOutside } from './routes/outside.ts';
import { registerPasses } from './routes/passes.ts';
import { registerPassword } from './routes/password.ts';
import { registerPresenter } from './routes/presenter.ts';
import { registerPresenterStage } from './routes/presenter-stage.ts';
import { registerProgramme } from './routes/programme.ts';
import { registerProgrammeFiles } from './routes/programme-files.ts';
import { registerPublicProgramme } from './routes/public-programme.ts';
import { registerSessions } from './routes/sessions.ts';
import { registerSittings } from './routes/sittings.ts';
import { registerSystem } from './routes/system.ts';
import { registerTalks } from './routes/talks.ts';
import { registerTracks } from './routes/tracks.ts';
import { registerUploads } from './routes/uploads.ts';
import { registerVenues } from './routes/venues.ts';
import './needs.ts';
import { registerRequestKeys } from './request-keys.ts';
import { Sockets } from './socket.ts';
import { createStaff } from './staff.ts';
import { createTalkAccess } from './talk-access.ts';

/** Ms a handler may take; pages and media have no handlers that wait. */
const handlerTimeout = 15_000;

export type AppOptions = Omit<AccountParts, 'close'> &
  Omit<ConferenceParts, 'close'> &
  Omit<AccessParts, 'close'> & {
    readonly audience: AudienceParts;
    readonly config: Config;
    readonly database: Database;
    readonly hashing: Hashing;
    readonly mail: MailSender;
    readonly venues: VenueStore;
    readonly programme: Programme;
    readonly programmeSide: ProgrammeSide;
    readonly clips: Clips;
    readonly decks: Decks;
    readonly fonts: FontStore;
    readonly links: LinkStore;
    readonly presenting: Presenting;
    /** Signs presenters' cookies. */
    readonly presenterSecret: string;
    readonly audit: AuditLog;
    readonly desk: LiveDesk;
    readonly media: MediaHandler;
    readonly clients: Clients;
    readonly metrics: Registry;
    readonly tls: Tls | undefined;
    readonly pagesFolder: string;
    readonly version: string;
    readonly ports: () => { readonly rtmp: number; readonly rtmps: number | undefined };
    readonly log: Logger;
  };

export type App = ReturnType<typeof bare>;

export type HttpSide = {
  readonly app: App;
  readonly plain: ReturnType<typeof createPlain>;
  readonly secure: ReturnType<typeof createSecure> | undefined;
  readonly sockets: Sockets;
  readonly routes: readonly ListedRoute[];
};

function bare(options: Pick<AppOptions, 'config' | 'media' | 'log'>, plain: ReturnType<typeof createPlain>) {
  return Fastify({
    loggerInstance: options.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.config.http.bodyLimit,
    handlerTimeout,
    routerOptions: { maxParamLength: 200 },
    return503OnClosing: true,
    serverFactory: (handler) => {
      plain.removeAllListeners('request');
      plain.on('request', (request, response) => {
        if (!options.media(request, response)) handler(request, response);
      });
      return plain;
    },
  }).withTypeProvider<ZodTypeProvider>();
}

export async function createApp(options: AppOptions): Promise<HttpSide> {
  const { config, tls, media, clients } = options;
  const plain = track(createPlain(() => undefined, config.http.maxConnections));
  const app = bare(options, plain);
  const both: Handler = (request, response) => {
    if (!media(request, response)) app.routing(request as never, response as never);
  };
  const secure = tls && track(createSecure(both, tls, config.http.maxConnections));

  const routes = listRoutes(app);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerFailure);
  app.setNotFoundHandler(answerNotFound);
  // JSON only, and an empty body is no body: a client may name the type and send nothing.
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parseJson(request, body as string, done);
  });

  await app.register(cookie);
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // The console's components write their styles at run time.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        workerSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'"],
        fontSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    hsts: config.tls.kind === 'files' ? { maxAge: 15_552_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
    // Only /embed may be framed, and only where its conference says (embed.ts).
    frameguard: { action: 'deny' },
    crossOriginEmbedderPolicy: false,
    // Browsers complain of both where a page came by plain HTTP in a local network.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
  app.addHook('onRequest', async (request) => refuseForeignOrigin(request, clients, config.http.publicUrl));

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Rostrum', version: options.version, description: 'Live streaming for conferences' },
    },
    transform: jsonSchemaTransform,
  });

  const limits = createLimits();
  const staff = createStaff({ ...options, limits });
  const addresses = createAddresses({
    publicUrl: config.http.publicUrl,
    rtmpHost: config.rtmp.publicHost,
    clients,
    ports: options.ports,
  });
  registerMetrics(app, { ...options, registry: options.metrics, token: config.metrics.token });
  const { db } = options.database;
  registerLogIn(app, { ...options, limits });
  registerPassword(app, { ...options, limits, publicUrl: config.http.publicUrl });
  registerOutside(app, { ...options, limits, staff });
  registerMe(app, { ...options, db, limits, staff });
  registerAccounts(app, { ...options, limits });
  registerRequestKeys(app, { db, sealing: options.answerSealing, staff });
  registerOffice(app, { ...options, staff, addresses, limits });
  registerVenues(app, { ...options, staff, addresses });
  registerTracks(app, { ...options, staff, addresses });
  registerTalks(app, { ...options, ...options.programmeSide, staff });
  registerSessions(app, { ...options, ...options.programmeSide, staff });
  registerProgramme(app, { ...options, ...options.programmeSide, staff });
  registerArrange(app, { ...options, ...options.programmeSide, staff });
  registerPublicProgramme(app, { ...options, ...options.programmeSide, staff });
  registerProgrammeFiles(app, { ...options, ...options.programmeSide, staff, addresses });
  registerImports(app, { ...options, ...options.programmeSide, staff });
  registerClips(app, { ...options, staff });
  const { programme } = options;
  const access = createTalkAccess({ ...options, staff, talks: programme });
  registerUploads(app, { ...options, talks: programme, access, limits });
  registerDecks(app, {
    ...options,
    ...{ talks: programme, access, staff },
    mayDownload: (talk, pass) => options.access.gate.mayDownload(talk, pass),
  });
  const talkView = (id: string) => {
    const talk = programme.get(id);
    return talk && programme.view(talk);
  };
  registerPresenter(app, {
    ...options,
    ...{ access, staff, limits, publicUrl: config.http.publicUrl, talkView },
  });
  registerPresenterStage(app, { ...options, access, talkView });
  registerAudit(app, { ...options, staff });
  registerAccess(app, { ...options, staff });
  registerSittings(app, { ...options, staff });
  registerPasses(app, { ...options, staff });
  registerAudience(app, {
    ...{ ...options, staff, limits, publicUrl: config.http.publicUrl },
    conferenceOf: (thing) => options.access.conferenceOf(thing),
  });
  registerSystem(app, { ...options, staff });
  registerFonts(app, { ...options, staff });
  registerClock(app, options);
  const open = { config: { needs: 'nobody' as const }, schema: { hide: true } };
  app.get('/api/v1/openapi.json', open, async () => app.swagger());
  await registerPages(app, options.pagesFolder, options);
  const { desk } = options;
  const sockets = new Sockets({
    seen: (venue, client) => desk.seen(venue, client),
    events: (venue, pass) => desk.watched(pass, venue),
    onAccessChanged: (hook) => options.access.gate.onChanged(hook),
    clients,
    origins: [...(config.http.publicUrl ? [config.http.publicUrl] : []), ...config.http.embedOrigins],
    maxSockets: config.http.maxConnections,
    metrics: options.metrics,
    log: options.log.child({ part: 'sockets' }),
  });
  for (const server of [plain, secure])
    server?.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      sockets.upgrade(request, socket, head),
    );
  await app.ready();
  return { app, plain, secure, sockets, routes };
}

/** Changes must come from our own pages (FAULTS 73). Programs send no Origin; browsers always do on a cross-site change. */
function refuseForeignOrigin(
  request: { method: string; raw: Parameters<Clients['origin']>[0]; headers: Record<string, unknown> },
  clients: Clients,
  publicUrl: string | undefined,
): void {
  if (/^(GET|HEAD|OPTIONS)$/.test(request.method)) return;
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (origin === undefined) {
    if (site === undefined || site === 'same-origin' || site === 'none') return;
  } else if (
    typeof origin === 'string' &&
    (origin === publicUrl || hostOf(origin) === clients.origin(request.raw).host)
  )
    return;
  throw new CodedError('request.foreignOrigin', `origin ${JSON.stringify(origin ?? site)}`.slice(0, 200));
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
