/** The console's API as the contract says it answers, for looking at its pages without a server. */
import type { Page, Route } from 'playwright-core';
import { CodedError } from '#contracts/errors.ts';
import type { PublisherHealth, Warning, WarningKind } from '#contracts/health.ts';
import type { VenueState } from '#contracts/now.ts';
import {
  type Run,
  type SystemStatus,
  type TrackStatus,
  type Venue,
  type VenueStatus,
  venueDefaults,
} from '#contracts/venue.ts';
import { OfficeMock } from './office-mock.ts';

export const venueId = 'v1';

const publisher = (now: number): PublisherHealth => ({
  encoder: 'OBS Studio 31.0.2 (Lavf61.7.100)',
  remote: '192.168.10.21',
  protocol: 'rtmp',
  connectedAt: now - 3_725_000,
  video: {
    codec: 'H.264 High 4.1',
    width: 1920,
    height: 1080,
    fps: 29.97,
    kbps: 4130,
    averageKbps: 4215,
    gopSeconds: 2,
  },
  audio: { codec: 'AAC-LC', sampleRate: 48_000, channels: 2, kbps: 128, averageKbps: 127 },
  jitterMs: 4.2,
  gaps: 2,
  longestGapMs: 740,
  avSkewMs: -62,
});

const emptyTrack = (): TrackStatus => ({
  publisher: null,
  sound: null,
  warnings: [],
  delay: { ms: 0, checked: true },
  blocked: false,
  calibration: null,
  previewAt: null,
  renditions: [],
});

const fullTrack = (now: number): TrackStatus => ({
  publisher: publisher(now),
  sound: { left: -19.5, right: -24, peakLeft: -5, peakRight: -12, at: now },
  warnings: [],
  delay: { ms: 850, checked: true },
  blocked: false,
  calibration: null,
  previewAt: now - 2000,
  renditions: [
    { name: 'source', width: 1920, height: 1080, kbps: 4130, lagSeconds: 0 },
    { name: '480', width: 854, height: 480, kbps: 900, lagSeconds: 3.8 },
    { name: 'audio', width: 0, height: 0, kbps: 128, lagSeconds: 0 },
  ],
});

/** A status in each state; `off` and `away` have no encoder. */
export function statusOf(state: VenueState, id = venueId, title = '主会场 · 心血管论坛'): VenueStatus {
  const now = Date.now();
  const signal = state === 'armed' || state === 'live' || state === 'break';
  const running = state === 'live' || state === 'break' || state === 'away';
  const track = signal ? fullTrack(now) : emptyTrack();
  if (state === 'away') track.warnings.push(warning('encoderAway', { seconds: 42 }, now - 42_000));
  return {
    id,
    title,
    state,
    since: now - 754_000,
    run: state === 'off' || state === 'armed' ? null : 'r2',
    runStart: running ? now - 3_600_000 : null,
    viewers: running ? 12_345 : 0,
    tier: 'low-latency',
    tracks: { program: track, slides: emptyTrack() },
  };
}

export const warning = (kind: WarningKind, values: Warning['values'], since: number): Warning => ({
  kind,
  values,
  since,
});

const origin = 'rtmp://live.example.org/live';

export const venueOf = (): Venue => ({
  ...venueDefaults,
  title: '主会场 · 心血管论坛',
  id: venueId,
  conferenceId: 'c1',
  position: 0,
  createdAt: Date.now() - 9e7,
  watchUrl: `https://live.example.org/watch/${venueId}`,
  mediaBase: `/media/public/${venueId}`,
  keys: [
    {
      track: 'program',
      key: 'p8Zk3vQn7rT5yXc2',
      blocked: false,
      server: origin,
      url: `${origin}/p8Zk3vQn7rT5yXc2`,
      secureServer: 'rtmps://live.example.org:1936/live',
    },
    {
      track: 'slides',
      key: 's4Wm9bHd6fLq1JgA',
      blocked: false,
      server: origin,
      url: `${origin}/s4Wm9bHd6fLq1JgA`,
      secureServer: 'rtmps://live.example.org:1936/live',
    },
  ],
});

export const runsOf = (): Run[] => [
  {
    id: 'r2',
    startedAt: Date.now() - 3_600_000,
    endedAt: null,
    durationSeconds: 3600,
    bytes: 1.9e9,
    playlists: { program: '/x' },
  },
  {
    id: 'r1',
    startedAt: Date.now() - 9e7,
    endedAt: Date.now() - 8e7,
    durationSeconds: 10_000,
    bytes: 5.2e9,
    playlists: { program: '/x' },
  },
];

export const systemOf = (): SystemStatus => ({
  version: '0.1.0',
  startedAt: Date.now() - 1e7,
  database: 'up',
  disk: { freeBytes: 8e11, totalBytes: 1e12, writeRate: 5e5, secondsLeft: 1.6e6, state: 'ok' },
});

/** An SVG stands for a preview picture: its text is seen in screenshots. */
const picture = (words: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360"><rect width="640" height="360" fill="#28507a"/><circle cx="320" cy="150" r="60" fill="#d9b08c"/><rect x="220" y="220" width="200" height="140" fill="#23303f"/><text x="20" y="340" fill="#fff" font-size="28">${words}</text></svg>`;

/** What the mocked server says; tests change it while a page is open. */
export class ConsoleMock {
  signedIn = true;
  /** The account asks for a second step at log-in. */
  secondStep = false;
  /** Every API request is dropped, as when the network is gone. */
  offline = false;
  statuses: VenueStatus[] = [statusOf('live')];
  venue: Venue = venueOf();
  runs: Run[] = runsOf();
  system: SystemStatus = systemOf();
  readonly office = new OfficeMock(venueOf());
  /** The next act is refused with this. */
  refusal: CodedError | undefined;
  /** `METHOD path` and body of everything that was asked but not a GET. */
  readonly acts: { what: string; body: unknown }[] = [];

  async install(page: Page): Promise<void> {
    await page.route(/\/(api\/v1|media)\//, (route) => this.#answer(route));
  }

  async #answer(route: Route): Promise<void> {
    if (this.offline) return route.abort('connectionrefused');
    const request = route.request();
    const path = new URL(request.url()).pathname.replace('/api/v1', '');
    if (path.endsWith('.jpg')) {
      return route.fulfill({
        contentType: 'image/svg+xml',
        body: picture(path.includes('slides') ? 'slides' : 'program'),
      });
    }
    if (request.method() !== 'GET') return this.#act(route, `${request.method()} ${path}`);
    const body = this.#get(path);
    if (body instanceof CodedError) return fail(route, body);
    return route.fulfill({ json: body });
  }

  #get(path: string): unknown {
    if (path === '/auth/get-session') {
      return this.signedIn ? { user: { id: 'u1', email: 'desk@example.org', name: '张工' } } : null;
    }
    if (!this.signedIn) return new CodedError('auth.required');
    if (path === '/status') return { venues: this.statuses.map(renewed) };
    if (path === '/system') return this.system;
    const office = this.office.get(path);
    if (office !== undefined) return office;
    const [, , id, leaf] = path.split('/');
    const status = this.statuses.find((one) => one.id === id);
    if (!status) return new CodedError('venue.notFound');
    if (leaf === 'status') return renewed(status);
    if (leaf === 'runs') return { runs: this.runs };
    return this.venue;
  }

  #act(route: Route, what: string): Promise<void> {
    const body = bodyOf(route);
    this.acts.push({ what, body });
    if (this.refusal) {
      const refusal = this.refusal;
      this.refusal = undefined;
      return fail(route, refusal);
    }
    if (what === 'POST /auth/password/log-in') {
      this.signedIn = !this.secondStep;
      return route.fulfill({ json: { secondStep: this.secondStep } });
    }
    if (what === 'POST /auth/sign-out') this.signedIn = false;
    if (what === 'POST /venues') return route.fulfill({ status: 201, json: this.venue });
    if (what === `PATCH /venues/${venueId}`) {
      this.venue = { ...this.venue, ...(body as Partial<Venue>) };
      return route.fulfill({ json: this.venue });
    }
    const [method = '', path = ''] = what.split(' ');
    const office = this.office.act(method, path, body);
    if (office !== undefined) return route.fulfill({ json: office });
    if (what.endsWith('/signed-url')) {
      const url = `${origin}/p8Zk3vQn7rT5yXc2?expires=1790000000&sign=4f1c9a7be2d05c3388aa41d6f0b9c7e512d3a4f5`;
      return route.fulfill({
        json: {
          server: origin,
          secureServer: null,
          key: url.slice(origin.length + 1),
          url,
          expiresAt: 1_790_000_000_000,
        },
      });
    }
    const state = { live: 'live', break: 'break', resume: 'live', end: 'ended' }[what.split('/').pop() ?? ''];
    const first = this.statuses[0];
    if (state && first) this.statuses[0] = { ...statusOf(state as VenueState), title: first.title };
    return route.fulfill({ status: 204 });
  }
}

/** JSON, or the text of anything else. */
function bodyOf(route: Route): unknown {
  const text = route.request().postData();
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

/** Sound is as new as the answer. */
function renewed(status: VenueStatus): VenueStatus {
  const { program } = status.tracks;
  const sound = program.sound && { ...program.sound, at: Date.now() };
  return { ...status, tracks: { ...status.tracks, program: { ...program, sound } } };
}

const fail = (route: Route, error: CodedError): Promise<void> =>
  route.fulfill({ status: error.status, json: error.body() });
