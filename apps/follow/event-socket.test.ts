import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventSocket, type SocketLike, type SocketMessage } from './event-socket.ts';

class FakeSocket implements SocketLike {
  readyState = 0;
  sent: unknown[] = [];
  onopen: SocketLike['onopen'] = null;
  onclose: SocketLike['onclose'] = null;
  onmessage: SocketLike['onmessage'] = null;
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.readyState = 3;
  }
  opens(): void {
    this.readyState = 1;
    this.onopen?.(new Event('open'));
  }
  says(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent);
  }
  ends(reason = ''): void {
    this.readyState = 3;
    this.onclose?.({ reason } as CloseEvent);
  }
}

let made: FakeSocket[];
let socket: EventSocket;
const signal = new AbortController().signal;
beforeEach(() => {
  vi.useFakeTimers();
  made = [];
  const connect = () => {
    const one = new FakeSocket();
    made.push(one);
    return one;
  };
  socket = new EventSocket({ url: 'ws://x', venue: 'v', connect, random: () => 0.5 });
});
afterEach(() => {
  socket.close();
  vi.useRealTimers();
});

async function opened(): Promise<FakeSocket> {
  const ready = socket.ready(2000, signal);
  made.at(-1)!.opens();
  expect(await ready).toBe(true);
  return made.at(-1)!;
}

describe("the page's socket", () => {
  it('carries two streams over one connection', async () => {
    const raw = await opened();
    const seen: SocketMessage[][] = [[], []];
    socket.subscribe('stage', { rev: 1, n: 4 }, (message) => seen[0]!.push(message));
    socket.subscribe('hall', { rev: 1, n: 9 }, (message) => seen[1]!.push(message));
    expect(raw.sent).toEqual([
      { type: 'subscribe', venue: 'v', pass: 'public', streams: [{ stream: 'stage', rev: 1, n: 4 }] },
      { type: 'subscribe', venue: 'v', pass: 'public', streams: [{ stream: 'hall', rev: 1, n: 9 }] },
    ]);
    const batch = { rev: 1, n: 4, events: [], watching: 1 };
    raw.says({ type: 'batch', venue: 'v', stream: 'stage', batch });
    raw.says({ type: 'gone', venue: 'v', stream: 'hall' });
    expect(seen).toEqual([[batch], ['elsewhere']]);
    expect(made.length).toBe(1);
  });
  it('is not waited for longer than asked, and files carry meanwhile', async () => {
    const ready = socket.ready(2000, signal);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await ready).toBe(false);
  });
  it('tells its subscribers that it closed, and comes back after a wait that grows', async () => {
    const raw = await opened();
    const seen: SocketMessage[] = [];
    socket.subscribe('stage', { rev: 1, n: 0 }, (message) => seen.push(message));
    raw.ends();
    expect(seen).toEqual(['closed']);
    expect(await socket.ready(2000, signal)).toBe(false);
    await vi.advanceTimersByTimeAsync(500);
    expect(made.length).toBe(2);
    made[1]!.ends();
    await vi.advanceTimersByTimeAsync(900);
    expect(made.length).toBe(2);
    await vi.advanceTimersByTimeAsync(200);
    expect(made.length).toBe(3);
  });
  it('fault 100: comes back when the stopping server said', async () => {
    const raw = await opened();
    raw.ends('again in 7000 ms');
    await vi.advanceTimersByTimeAsync(6900);
    expect(made.length).toBe(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(made.length).toBe(2);
  });
  it('gives an attempt up that opens nothing', async () => {
    void socket.ready(2000, signal);
    await vi.advanceTimersByTimeAsync(8500 + 600);
    expect(made.length).toBe(2);
  });
});
