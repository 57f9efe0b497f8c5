/** A real encoder: ffmpeg pushing a generated lecture by RTMP, at its own pace. */
import { type ChildProcess, spawn } from 'node:child_process';

export type EncoderOptions = {
  readonly size?: string;
  readonly fps?: number;
  readonly gopSeconds?: number;
  /** B-frames between references; 0 with zerolatency. */
  readonly bFrames?: number;
  readonly zeroLatency?: boolean;
  readonly kbps?: number;
  readonly sampleRate?: number;
  readonly channels?: 1 | 2;
  readonly video?: boolean;
  readonly audio?: boolean;
  /** Ends by itself after so many seconds; 0 goes on. */
  readonly seconds?: number;
};

export type Encoder = {
  readonly child: ChildProcess;
  output(): string;
  running(): boolean;
  stop(signal?: NodeJS.Signals): Promise<void>;
};

/** The arguments of ffmpeg up to the output. */
export function encoderArguments(o: EncoderOptions = {}): string[] {
  const fps = o.fps ?? 25;
  const length = o.seconds ? [`duration=${o.seconds}`] : [];
  const args = ['-hide_banner', '-loglevel', 'warning', '-nostdin'];
  if (o.video !== false)
    args.push(
      '-re',
      '-f',
      'lavfi',
      '-i',
      [`testsrc2=size=${o.size ?? '640x360'}:rate=${fps}`, ...length].join(':'),
    );
  if (o.audio !== false) {
    args.push(
      '-re',
      '-f',
      'lavfi',
      '-i',
      [`sine=frequency=440:beep_factor=4:sample_rate=${o.sampleRate ?? 48_000}`, ...length].join(':'),
    );
  }
  if (o.video !== false) {
    const gop = Math.round(fps * (o.gopSeconds ?? 2));
    args.push(
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p',
      '-g',
      `${gop}`,
      '-keyint_min',
      `${gop}`,
      '-sc_threshold',
      '0',
    );
    args.push(
      '-b:v',
      `${o.kbps ?? 800}k`,
      '-maxrate',
      `${o.kbps ?? 800}k`,
      '-bufsize',
      `${o.kbps ?? 800}k`,
      '-bf',
      `${o.bFrames ?? 0}`,
    );
    if (o.zeroLatency ?? !o.bFrames) args.push('-tune', 'zerolatency');
  }
  if (o.audio !== false)
    args.push('-c:a', 'aac', '-b:a', '96k', '-ar', `${o.sampleRate ?? 48_000}`, '-ac', `${o.channels ?? 2}`);
  return args;
}

/** `url` is the whole push address with the key. */
export function startEncoder(url: string, options: EncoderOptions = {}): Encoder {
  const child = spawn('ffmpeg', [...encoderArguments(options), '-f', 'flv', url], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let gone = false;
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => {
      gone = true;
      resolve();
    }),
  );
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-50_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return {
    child,
    output: () => output,
    running: () => !gone,
    stop: async (signal = 'SIGKILL') => {
      if (!gone) child.kill(signal);
      await exited;
    },
  };
}
