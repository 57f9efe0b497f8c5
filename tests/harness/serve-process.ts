/** A real `./rostrum serve` on an empty folder, in a process of its own: what an installation is on its first day. */
import { spawn } from 'node:child_process';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

export type ServeProcess = {
  /** `http://host:port`. */
  readonly origin: string;
  readonly apiBase: string;
  readonly rtmpUrl: string;
  readonly adminEmail: string;
  readonly adminPassword: string;
  output(): string;
  stop(): Promise<void>;
};

const mainFile = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
const host = '127.0.0.1';

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, host, () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export async function startServe(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ServeProcess> {
  await mkdir(dataDir, { recursive: true });
  await chmod(dataDir, 0o711);
  const [http, rtmp] = await freePorts(2);
  const adminEmail = 'admin@society.example';
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', mainFile, 'serve'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ROSTRUM_DATA_DIR: dataDir,
      ROSTRUM_HOST: host,
      ROSTRUM_HTTP_PORT: `${http}`,
      ROSTRUM_RTMP_PORT: `${rtmp}`,
      ROSTRUM_ADMIN_EMAIL: adminEmail,
      ...env,
    },
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-200_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let gone = false;
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => {
      gone = true;
      resolve();
    }),
  );
  const origin = `http://${host}:${http}`;
  await until(
    async () => {
      if (gone) throw new Error(`serve ended before it was ready:\n${output}`);
      return (await fetch(`${origin}/healthz`).catch(() => undefined))?.ok;
    },
    { seconds: 60, everyMs: 100, what: () => `serve to be ready; it printed:\n${output}` },
  ).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    origin,
    apiBase: `${origin}/api/v1`,
    rtmpUrl: `rtmp://${host}:${rtmp}/live`,
    adminEmail,
    adminPassword: (await readFile(join(dataDir, 'secrets/admin-password'), 'utf8')).trim(),
    output: () => output,
    stop: async () => {
      if (!gone) child.kill('SIGTERM');
      await exited;
    },
  };
}
