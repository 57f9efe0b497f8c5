import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRtmpServer } from '#media/ingest/rtmp/server.ts';
import { RecordingDoor } from '#media/ingest/rtmp/test-encoder.ts';
import { until } from '#tests/harness/until.ts';
import { EncodedTape, PushConnection } from './push-connection.ts';
import { startPusher } from './pusher.ts';
import { recordTape } from './recorder.ts';
import { readTape, tapeMs } from './tape.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-tape-'));
  file = join(folder, 'tape.flv');
  await recordTape(file, { kbps: 200, size: '320x180' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the tape', () => {
  it('joins its repetitions without a gap', () => {
    const encoded = new EncodedTape(readTape(file));
    const { tags, opening } = encoded.tape;
    expect(opening).toHaveLength(3);
    expect(tags).toHaveLength(400 + 750);
    const last = encoded.message(tags.length - 1);
    const next = encoded.message(tags.length);
    expect(next.at).toBe(tapeMs);
    expect(next.at - last.at).toBeLessThan(41);
    expect(next.bytes).not.toEqual(encoded.message(0).bytes);
  });

  it('is taken by the server as any encoder, in real time, and says when the connection is lost', async () => {
    const door = new RecordingDoor();
    const server = createRtmpServer({ door, log: pino({ level: 'silent' }) });
    const { port } = await server.listen(0, '127.0.0.1');
    const pusher = await startPusher(file);
    try {
      const started = performance.now();
      await pusher.push(`rtmp://127.0.0.1:${port}/live/abc`);
      await until(() => door.tags.length > 80, { what: '80 tags' });
      expect(performance.now() - started).toBeGreaterThan(700);
      expect(door.requests[0]?.streamKey).toBe('abc');
      await server.close();
      await until(() => pusher.reports.some(({ state }) => state === 'lost'), { what: 'the loss' });
    } finally {
      await pusher.close();
      await server.close();
    }
  });

  it('gives up a connection that ends before the publish was accepted', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const connection = new PushConnection(new EncodedTape(readTape(file)), {
      url: `rtmp://127.0.0.1:${port}/live/abc`,
      phaseMs: 0,
    });
    expect(await connection.accepted).toBe(false);
    await connection.ended;
    server.close();
  });
});
