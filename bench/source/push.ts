/** One connection of the synthetic encoder: connects, encodes in real time by the wall clock, ends with the connection. */
import {
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  type CodecContext,
  FFmpegError,
  FormatContext,
  type Frame,
  Packet,
  type Stream,
} from 'node-av';
import { nextPacket, openAac, openX264, pictureFrame, soundFrame } from '#media/transcode/codecs.ts';
import { LecturePicture, secondsPerPage } from './lecture-picture.ts';
import type { SourceSettings } from './settings.ts';
import { Speech } from './speech.ts';

const sampleRate = 48_000;
const samplesPerFrame = 1024;
/** A connect or write that takes longer is given up. */
const ioDeadlineMs = 8_000;
/** Lateness at which frames are left out instead of being sent in a burst. */
const mostLateMs = 500;

/** What goes on across reconnections: the picture, the voices, and where the lecture is. */
export class Stage {
  readonly settings: SourceSettings;
  readonly frame: Frame;
  readonly picture: LecturePicture;
  readonly speech: Speech;
  readonly startedAt = performance.now();
  /** Seconds of the first page that were over at the start: pages turn at whole multiples of their length on the wall clock. */
  readonly lead = (Date.now() / 1000) % secondsPerPage;

  constructor(settings: SourceSettings) {
    const { width, height } = settings;
    this.settings = settings;
    this.frame = pictureFrame(width, height);
    // The planes are views of the frame's own memory: drawing needs no copy. x264 copies what it keeps.
    const [y, u, v] = this.frame.data ?? [];
    const [yStride = 0, cStride = 0] = this.frame.linesize;
    if (!y || !u || !v) throw new Error('the picture has no planes');
    this.picture = new LecturePicture({ y, u, v, yStride, cStride, width, height }, settings);
    this.speech = new Speech(sampleRate, settings.sound);
  }
}

/** Pushes until the signal is given, the time is over, or the connection fails (then it throws). */
export async function push(stage: Stage, signal: AbortSignal, onConnected: () => void): Promise<void> {
  const format = new FormatContext();
  FFmpegError.throwIfError(format.allocOutputContext2(null, 'flv', stage.settings.url), 'flv');
  const connection = new Connection(format);
  try {
    await connection.guard(format.openOutput(), 'connecting');
    const codecs = new Codecs(stage, format);
    try {
      await connection.guard(format.writeHeader(), 'sending the header');
      onConnected();
      await run(stage, codecs, connection, signal);
      await connection.guard(format.writeTrailer(), 'ending').catch(() => undefined);
    } finally {
      codecs.close();
    }
  } finally {
    await format.closeOutput().catch(() => undefined);
    format.freeContext();
  }
}

async function run(stage: Stage, codecs: Codecs, connection: Connection, signal: AbortSignal): Promise<void> {
  const { fps, seconds } = stage.settings;
  const start = performance.now();
  const end = seconds > 0 ? stage.startedAt + seconds * 1000 : Number.POSITIVE_INFINITY;
  let frames = 0;
  let samples = 0;
  while (!signal.aborted) {
    const elapsed = performance.now() - start;
    if (start + elapsed >= end) return;
    // Times follow the wall clock from one start, so nothing drifts; what cannot be made in time is left out.
    if (elapsed - (frames * 1000) / fps > mostLateMs) frames = Math.ceil((elapsed * fps) / 1000);
    if ((samples + samplesPerFrame) * 1000 <= elapsed * sampleRate) {
      await codecs.sound(samples, (packet) => connection.send(packet, codecs.interleave));
      samples += samplesPerFrame;
    } else if ((frames * 1000) / fps <= elapsed) {
      await codecs.image(frames, (packet) => connection.send(packet, codecs.interleave));
      frames++;
    } else {
      const nextSound = ((samples + samplesPerFrame) * 1000) / sampleRate;
      await pause(Math.min((frames * 1000) / fps, nextSound) - elapsed, signal);
    }
  }
}

/** Encoders of one connection: a new connection starts with new parameter sets and a keyframe, like an encoder restarted by hand. */
class Codecs {
  /** A plain x264 is late, so sound must wait for it: FFmpeg interleaves by time. With zerolatency each packet goes at once. */
  readonly interleave: boolean;
  readonly #stage: Stage;
  readonly #video: CodecContext;
  readonly #audio: CodecContext;
  readonly #videoStream: Stream;
  readonly #audioStream: Stream;
  readonly #packet = new Packet();
  readonly #sound: Frame;
  readonly #left: Float32Array;
  readonly #right: Float32Array;

  constructor(stage: Stage, format: FormatContext) {
    const { width, height, fps, kbps, gopSeconds, preset, zerolatency } = stage.settings;
    this.#stage = stage;
    this.interleave = !zerolatency;
    this.#video = openX264({
      width,
      height,
      timeBase: { num: 1, den: fps },
      fps,
      kbps,
      bufferSeconds: 1,
      gop: Math.max(1, Math.round(gopSeconds * fps)),
      preset,
      zerolatency,
      threads: zerolatency ? 1 : 0,
    });
    this.#audio = openAac(sampleRate, 128);
    this.#videoStream = addStream(format, this.#video);
    this.#audioStream = addStream(format, this.#audio);
    this.#packet.alloc();
    this.#sound = soundFrame(samplesPerFrame, sampleRate);
    this.#left = floats(this.#sound, 0);
    this.#right = floats(this.#sound, 1);
    // Each packet leaves at once instead of waiting for 32 KB.
    FFmpegError.throwIfError(format.setOption('flush_packets', '1'), 'flush_packets');
  }

  async image(index: number, send: (packet: Packet) => Promise<void>): Promise<void> {
    const { frame, picture, startedAt, lead } = this.#stage;
    picture.draw((performance.now() - startedAt) / 1000 + lead, Date.now());
    frame.pts = BigInt(index);
    frame.pictType = index === 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    FFmpegError.throwIfError(this.#video.sendFrameSync(frame), 'x264');
    await this.#drain(this.#video, this.#videoStream, send);
  }

  async sound(samples: number, send: (packet: Packet) => Promise<void>): Promise<void> {
    this.#stage.speech.fill(this.#left, this.#right);
    this.#sound.pts = BigInt(samples);
    FFmpegError.throwIfError(this.#audio.sendFrameSync(this.#sound), 'aac');
    // The encoder's priming packet lies before 0, which FLV cannot say.
    await this.#drain(this.#audio, this.#audioStream, (packet) =>
      packet.pts < 0n ? Promise.resolve() : send(packet),
    );
  }

  async #drain(codec: CodecContext, stream: Stream, send: (packet: Packet) => Promise<void>): Promise<void> {
    while (nextPacket(codec, this.#packet)) {
      this.#packet.streamIndex = stream.index;
      this.#packet.rescaleTs(codec.timeBase, stream.timeBase);
      await send(this.#packet);
      this.#packet.unref();
    }
  }

  close(): void {
    this.#video.freeContext();
    this.#audio.freeContext();
    this.#sound.free();
    this.#packet.free();
  }
}

/** Writes with a deadline: a server that stops reading must not hold the encoder for good. */
class Connection {
  readonly #format: FormatContext;

  constructor(format: FormatContext) {
    this.#format = format;
  }

  async send(packet: Packet, interleave: boolean): Promise<void> {
    const format = this.#format;
    await this.guard(
      interleave ? format.interleavedWriteFrame(packet) : format.writeFrame(packet),
      'sending',
    );
  }

  async guard(work: Promise<number>, what: string): Promise<void> {
    const timer = setTimeout(() => this.#format.interrupt(), ioDeadlineMs);
    try {
      FFmpegError.throwIfError(await work, what);
    } finally {
      clearTimeout(timer);
    }
  }
}

function addStream(format: FormatContext, codec: CodecContext): Stream {
  const stream = format.newStream();
  FFmpegError.throwIfError(stream.codecpar.fromContext(codec), 'stream');
  stream.timeBase = codec.timeBase;
  return stream;
}

/** A channel of a sound frame as floats, in the frame's own memory. */
function floats(frame: Frame, channel: number): Float32Array {
  const plane = frame.data?.[channel];
  if (!plane) throw new Error(`the sound has no channel ${channel}`);
  return new Float32Array(plane.buffer, plane.byteOffset, samplesPerFrame);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(1, ms));
    signal.addEventListener('abort', done, { once: true });
  });
}
