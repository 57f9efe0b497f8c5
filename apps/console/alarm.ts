/** The alarm: two tones when a warning begins and every 8 s until it is acknowledged. Off until the operator turns it on. */
import { useEffect, useRef, useState } from 'react';

const repeatMs = 8000;

let context: AudioContext | undefined;

/** Browsers only let sound start from a click or key, so this is called by one. */
export async function unlockAlarm(): Promise<void> {
  context ??= new AudioContext();
  await context.resume();
}

export function soundAlarm(): void {
  if (context?.state !== 'running') return;
  const start = context.currentTime;
  for (const [index, frequency] of [880, 660, 880].entries()) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    const at = start + index * 0.22;
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
    volume.gain.linearRampToValueAtTime(0, at + 0.2);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.21);
  }
}

/** Sounds while `on` and there is something open; `open` changes when what is open does. True while the browser blocks it. */
export function useAlarm(on: boolean, open: string): boolean {
  const [blocked, setBlocked] = useState(false);
  const latest = useRef(open);
  latest.current = open;

  useEffect(() => {
    if (!on) return;
    setBlocked(context?.state !== 'running');
    const unlock = () => void unlockAlarm().then(() => setBlocked(context?.state !== 'running'));
    addEventListener('pointerdown', unlock);
    addEventListener('keydown', unlock);
    const timer = setInterval(() => {
      if (latest.current) soundAlarm();
    }, repeatMs);
    return () => {
      clearInterval(timer);
      removeEventListener('pointerdown', unlock);
      removeEventListener('keydown', unlock);
    };
  }, [on]);
  useEffect(() => {
    if (on && open) soundAlarm();
  }, [on, open]);
  return on && blocked;
}
