/** A reverse proxy on loopback that gives every HTTP answer so many ms later: a far server, for benches. */
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export type DelayProxy = {
  /** `http://127.0.0.1:<port>`, in place of the origin behind it. */
  readonly origin: string;
  close(): Promise<void>;
};

/** Headers and body of each answer come `delayMs` after the server gave them; a held request is held all the same. */
export async function startDelayProxy(origin: string, delayMs: number): Promise<DelayProxy> {
  const agent = new Agent({ keepAlive: true });
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const server = createServer((incoming, outgoing) => {
    const forward = request(
      new URL(incoming.url ?? '/', origin),
      { method: incoming.method ?? 'GET', headers: incoming.headers, agent },
      (answer) => {
        const timer = setTimeout(() => {
          timers.delete(timer);
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.on('error', () => outgoing.destroy());
          answer.pipe(outgoing);
        }, delayMs);
        timers.add(timer);
      },
    );
    forward.on('error', () => {
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end();
    });
    // A viewer that goes away lets go of the request it had held.
    outgoing.on('close', () => forward.destroy());
    incoming.pipe(forward);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearTimeout(timer);
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}
