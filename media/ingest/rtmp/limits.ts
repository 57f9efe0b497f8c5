/** Every limit and deadline of the RTMP server; times in ms, sizes in bytes. */
import { type ChunkLimits, mediaLimits } from '../../formats/rtmp-chunk.ts';

export type RtmpLimits = {
  /** Open sockets in total. */
  readonly connections: number;
  /** Open sockets of one IPv4 address or one IPv6 /64. */
  readonly perAddress: number;
  /** From accepting the socket to the publish command, handshakes included. */
  readonly publishWithin: number;
  /** The door's time to answer. */
  readonly doorWithin: number;
  /** While publishing: between two complete media messages. */
  readonly silence: number;
  /** Between our last words and cutting the socket. */
  readonly linger: number;
  /** Answers the peer has not read. */
  readonly backlog: number;
  /** Commands and pings in any 10 s. */
  readonly commands: number;
  /** Of an accepted publisher. */
  readonly media: ChunkLimits;
};

export const defaultRtmpLimits: RtmpLimits = {
  connections: 1024,
  perAddress: 128,
  publishWithin: 10_000,
  doorWithin: 5_000,
  silence: 10_000,
  linger: 500,
  backlog: 64 * 1024,
  commands: 200,
  media: mediaLimits,
};
