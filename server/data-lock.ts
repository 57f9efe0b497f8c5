/** One process on a data folder (FAULTS 96). The lock is a listening socket, which the kernel gives up with the process, so `kill -9` leaves nothing stale. */
import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

export class DataInUseError extends Error {
  constructor(dataDir: string) {
    super(`another Rostrum process is using ${dataDir}; stop it first or choose another ROSTRUM_DATA_DIR`);
    this.name = 'DataInUseError';
  }
}

export type DataLock = { release(): Promise<void> };

/** Throws DataInUseError when another process holds the folder. The folder must exist. */
export async function lockData(dataDir: string): Promise<DataLock> {
  const { dev, ino } = statSync(dataDir);
  // Linux: a name in the abstract namespace, taken atomically. Elsewhere a socket file, stale after a crash.
  if (process.platform === 'linux') return hold(await listen(`\0rostrum-${dev}-${ino}`, dataDir));
  const file = join(dataDir, 'lock.sock');
  if (await answers(file)) throw new DataInUseError(dataDir);
  await rm(file, { force: true });
  return hold(await listen(file, dataDir));
}

/** Whether a process holds the folder now. */
export async function isLocked(dataDir: string): Promise<boolean> {
  const { dev, ino } = statSync(dataDir);
  return answers(process.platform === 'linux' ? `\0rostrum-${dev}-${ino}` : join(dataDir, 'lock.sock'));
}

function listen(path: string, dataDir: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new DataInUseError(dataDir) : error),
    );
    server.listen(path, () => resolve(server.unref()));
  });
}

const hold = (server: Server): DataLock => ({
  release: () => new Promise((resolve) => server.close(() => resolve())),
});

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
