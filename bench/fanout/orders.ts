/** What the bench asks its processes over IPC. */
export type Way = 'socket' | 'files' | 'bare' | 'socket.io';

export type SendOrder = {
  readonly do: 'send';
  /** Batches to send, one each `everyMs`. */
  readonly count: number;
  readonly everyMs: number;
  /** Bytes of a batch, about. */
  readonly bytes: number;
  /** Also keeps `hall` busy with as many events in between. */
  readonly hall: boolean;
};
/** `cpu`: seconds of this process since it began, user and system. */
export type ServerOrder = SendOrder | { readonly do: 'cpu' };
export type ServerWord =
  | { readonly did: 'listen'; readonly port: number }
  | { readonly did: 'send' }
  | { readonly did: 'cpu'; readonly seconds: number };

export type ViewerOrder =
  | { readonly do: 'connect'; readonly way: Way; readonly port: number; readonly viewers: number }
  /** Answers with what came since the last time, once so many of `stage` have come, or none did for 3 s. */
  | { readonly do: 'report'; readonly expected: number }
  | { readonly do: 'close' };
export type Received = {
  /** Batches of both streams. */
  readonly batches: number;
  /** Events of `stage`; two sent late together share a batch. */
  readonly events: number;
  /** Ms from accepted to received, `stage`. */
  readonly p50: number;
  readonly p99: number;
};
export type ViewerWord =
  | { readonly did: 'connect' }
  | ({ readonly did: 'report' } & Received)
  | { readonly did: 'close' };
