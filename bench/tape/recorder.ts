/** Makes the tape: one run of ffmpeg before the measuring begins. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export type TapeSettings = { readonly kbps: number; readonly size: string };

/** H.264 with zerolatency, 25 pictures/s, a keyframe every 2 s; AAC 128 kbit/s at 48 kHz. Noise keeps the bitrate up. */
export async function recordTape(file: string, { kbps, size }: TapeSettings): Promise<void> {
  const gop = ['-g', '50', '-keyint_min', '50', '-sc_threshold', '0'];
  const rate = ['-b:v', `${kbps}k`, '-maxrate', `${kbps}k`, '-bufsize', `${kbps}k`];
  const child = spawn(
    'ffmpeg',
    [
      ...['-hide_banner', '-loglevel', 'error', '-nostdin', '-y'],
      ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25,noise=alls=24:allf=t,format=yuv420p`],
      ...['-f', 'lavfi', '-i', 'sine=frequency=440:beep_factor=4:sample_rate=48000'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', ...gop, ...rate],
      ...['-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-t', '16.2', '-f', 'flv', file],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said += text.toString();
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg could not make the tape (install ffmpeg): ${said}`);
}
