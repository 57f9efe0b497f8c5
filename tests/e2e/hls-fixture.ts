/**
 * A venue without the server: the built pages, a now.json that the test sets, and a real HLS stream (fMP4,
 * standard tier) that ffmpeg makes. For tests of the watch page alone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Now } from '#contracts/now.ts';
import { withOrigins } from '#server/http/embed.ts';
import { conferenceOf, programmeOf, sittingOf, slug } from './conference-mock.ts';
import type { EventFixture } from './event-fixture.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.m4s': 'video/iso.segment',
  '.mp4': 'video/mp4',
};

const main = (codec: string) => `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=640x360,FRAME-RATE=25,CODECS="${codec},mp4a.40.2"
source/live.m3u8
`;
const soundVariant = `#EXT-X-STREAM-INF:BANDWIDTH=80000,CODECS="mp4a.40.2"
audio/live.m3u8
`;
const soundOnly = `#EXTM3U
#EXT-X-VERSION:7
${soundVariant}`;

export type FixtureOptions = {
  /** Folder with the built pages; `dist` of the repository unless told. */
  readonly dist?: string;
  readonly title?: string;
  /** Data streams; none unless told. */
  readonly events?: EventFixture;
};

export class HlsFixture {
  readonly venueId = 'hall-1';
  /** What now.json says besides run, tracks and the clock. */
  state: Now['state'] = 'off';
  /** The server answers nothing, as while it restarts. */
  down = false;
  /** The pass that may read; others get 404. */
  pass = 'public';
  /** Sites the embedded page listens to. */
  embedOrigins: readonly string[] = [];
  private codec = 'avc1.4d401f';
  private since = Date.now();
  private runStart: number | null = null;
  private readonly folder: string;
  private readonly dist: string;
  private readonly title: string;
  private readonly events: EventFixture | undefined;
  private readonly server: Server;
  private encoder: ChildProcess | undefined;

  private constructor(folder: string, dist: string, title: string, events: EventFixture | undefined) {
    this.events = events;
    this.folder = folder;
    this.dist = dist;
    this.title = title;
    this.server = createServer((request, response) => {
      void this.answer(request.url ?? '/', response);
    });
  }

  static async start(options: FixtureOptions = {}): Promise<HlsFixture> {
    const dist = options.dist ?? fileURLToPath(new URL('../../dist', import.meta.url));
    const folder = await mkdtemp(join(tmpdir(), 'rostrum-hls-'));
    const fixture = new HlsFixture(folder, dist, options.title ?? '心血管论坛 主会场', options.events);
    await new Promise<void>((resolve) => fixture.server.listen(0, '127.0.0.1', resolve));
    return fixture;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
  get watchUrl(): string {
    return `${this.origin}/watch/${this.venueId}`;
  }

  setState(state: Now['state']): void {
    this.state = state;
    this.since = Date.now();
  }

  /** Starts the encoder and goes live once three segments are there. */
  async goLive(): Promise<void> {
    for (const name of ['source', 'audio']) await mkdir(join(this.folder, name));
    await this.setCodec(this.codec);
    await writeFile(join(this.folder, 'audio.m3u8'), soundOnly);
    this.runStart = Date.now();
    this.encoder = spawn('ffmpeg', this.encoderArguments(), { stdio: 'ignore' });
    const playlist = join(this.folder, 'source', 'live.m3u8');
    const deadline = Date.now() + 30_000;
    for (;;) {
      const text = await readFile(playlist, 'utf8').catch(() => '');
      if (text.split('#EXTINF').length > 3) break;
      if (Date.now() > deadline) throw new Error('ffmpeg made no segments within 30 s');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    this.setState('live');
  }

  /** What the playlist says the picture is; `withSound`: sound alone is listed beside it. */
  async setCodec(codec: string, withSound = false): Promise<void> {
    this.codec = codec;
    await writeFile(join(this.folder, 'index.m3u8'), main(codec) + (withSound ? soundVariant : ''));
  }

  /** The encoder freezes, as on a dead line; `resume` lets it go on. */
  freeze(): void {
    this.encoder?.kill('SIGSTOP');
    this.setState('away');
  }
  resume(): void {
    this.encoder?.kill('SIGCONT');
    this.setState('live');
  }
  /** Ends the run: ffmpeg closes the playlists. */
  async end(): Promise<void> {
    await this.stopEncoder();
    this.setState('ended');
  }

  async close(): Promise<void> {
    await this.stopEncoder();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await rm(this.folder, { recursive: true, force: true });
  }

  private now(): Now {
    const base = 'runs/r1/program';
    const program = {
      renditions: ['source', 'audio'],
      playlist: `${base}/index.m3u8`,
      audioPlaylist: `${base}/audio.m3u8`,
      clip: 'clips/r1/1/index.m3u8',
    };
    return {
      state: this.state,
      run: this.runStart === null ? null : 'r1',
      since: this.since,
      runStart: this.runStart,
      tier: 'standard',
      tracks: this.runStart === null ? {} : { program },
      ...(this.events
        ? { events: { stage: this.events.position('stage'), hall: this.events.position('hall') } }
        : {}),
      at: Date.now(),
    };
  }

  private async stopEncoder(): Promise<void> {
    const { encoder } = this;
    this.encoder = undefined;
    if (!encoder || encoder.exitCode !== null) return;
    const gone = new Promise((resolve) => encoder.once('exit', resolve));
    encoder.kill('SIGCONT');
    encoder.kill('SIGTERM');
    await gone;
  }

  private encoderArguments(): string[] {
    const picture = 'testsrc2=size=640x360:rate=25';
    const sound = 'sine=frequency=440:beep_factor=4:sample_rate=48000';
    const hls = (name: string) => [
      ...['-f', 'hls', '-hls_time', '1', '-hls_list_size', '0', '-hls_segment_type', 'fmp4'],
      ...['-hls_flags', 'independent_segments+program_date_time+temp_file', '-hls_playlist_type', 'event'],
      ...['-hls_fmp4_init_filename', 'init-0.mp4'],
      ...['-hls_segment_filename', join(this.folder, name, '%d.m4s'), join(this.folder, name, 'live.m3u8')],
    ];
    return [
      ...['-nostdin', '-re', '-f', 'lavfi', '-i', picture, '-re', '-f', 'lavfi', '-i', sound],
      ...['-map', '0:v', '-map', '1:a', '-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', 'main'],
      ...['-level', '3.1', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g', '25', '-b:v', '800k'],
      ...['-c:a', 'aac', '-b:a', '64k', ...hls('source')],
      ...['-map', '1:a', '-c:a', 'aac', '-b:a', '64k', ...hls('audio')],
    ];
  }

  private async answer(url: string, response: ServerResponse): Promise<void> {
    if (this.down) {
      response.destroy();
      return;
    }
    const path = normalize(decodeURIComponent(url.split('?')[0] ?? '/'));
    const media = `/media/${this.pass}/${this.venueId}/`;
    if (path === `${media}now.json`) return json(response, 200, this.now());
    if (path === `/api/v1/public/venues/${this.venueId}`)
      return json(response, 200, { id: this.venueId, title: this.title });
    const conference = `/api/v1/public/conferences/${slug}`;
    if (path === `/api/v1/public/venues/${this.venueId}/sitting`)
      return json(response, 200, sittingOf(this.venueId, { title: this.title }));
    if (path === conference) return json(response, 200, conferenceOf(Date.now()));
    if (path === `${conference}/programme`)
      return json(response, 200, programmeOf({ first: Date.now(), phase: 'before', venues: 1 }));
    if (path.startsWith(media)) {
      if (this.events?.answer(path.slice(media.length), response)) return;
      const inside = path.slice(media.length).replace(/^(runs\/r1\/program|clips\/r1\/1)\//, '');
      return this.file(response, join(this.folder, inside), 'no-cache');
    }
    if (path.startsWith('/embed/')) {
      const page = await readFile(join(this.dist, 'watch/index.html'), 'utf8');
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(withOrigins(page, this.embedOrigins));
      return;
    }
    if (/^\/(watch|replay)\//.test(path))
      return this.file(response, join(this.dist, 'watch/index.html'), 'no-cache');
    if (path.startsWith('/assets/')) return this.file(response, join(this.dist, path), 'max-age=31536000');
    json(response, 404, { error: { code: 'notFound', message: { zh: '未找到。', en: 'Not found.' } } });
  }

  private async file(response: ServerResponse, path: string, caching: string): Promise<void> {
    try {
      const body = await readFile(path);
      const type = types[extname(path)] ?? 'application/octet-stream';
      response.writeHead(200, { 'content-type': type, 'cache-control': caching }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'max-age=1' });
  response.end(JSON.stringify(body));
}
