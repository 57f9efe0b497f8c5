/**
 * An RTMP line on loopback on which all media comes to the server so many ms later: an encoder with long buffers, for benches. The
 * handshake and the commands up to `publish` go at once, as they do with such encoders.
 */

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export type DelayLine = { readonly port: number; close(): Promise<void> };

/** Bytes on their way beyond which the sender has to wait. */
const mostOnTheWay = 64 * 1024 * 1024;

/** Answers of the server come at once. */
export async function startDelayLine(serverPort: number, delayMs: number): Promise<DelayLine> {
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  const own = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.setNoDelay(true);
    // Either end going away ends the other; a reset is no news here.
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((incoming) => {
    const encoder = own(incoming);
    const behind = own(connect(serverPort, '127.0.0.1'));
    let onTheWay = 0;
    let publishing = false;
    const later = (act: () => void): void => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        act();
      }, delayMs);
      timers.add(timer);
    };
    encoder.on('data', (chunk) => {
      if (!publishing) {
        // The encoder waits for the answer to this command before it sends media.
        publishing = chunk.includes('publish') && !chunk.includes('FCPublish');
        behind.write(chunk);
        return;
      }
      onTheWay += chunk.length;
      if (onTheWay > mostOnTheWay) encoder.pause();
      // Timers of one length fire in the order in which they were set.
      later(() => {
        onTheWay -= chunk.length;
        behind.write(chunk);
        if (onTheWay <= mostOnTheWay) encoder.resume();
      });
    });
    encoder.on('close', () => later(() => behind.end()));
    behind.pipe(encoder);
    behind.on('close', () => encoder.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearTimeout(timer);
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
