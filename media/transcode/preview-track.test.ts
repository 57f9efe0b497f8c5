import { pino } from 'pino';
import { expect, it } from 'vitest';
import { PreviewTrack, type TrackMessage } from './preview-track.ts';

const t0 = 1_700_000_000_000;
const minutes = 60_000;
const bytes = Buffer.alloc(10);

function track(takes: () => boolean = () => true): { track: PreviewTrack; sent: TrackMessage[] } {
  const sent: TrackMessage[] = [];
  return {
    sent,
    track: new PreviewTrack({
      options: { picture: 'must-move' },
      share: () => ({ pictureMs: 3900, soundEvery: 1 }),
      send: (message) => {
        if (takes()) sent.push(message);
        return takes();
      },
      onUpdate: () => undefined,
      log: pino({ level: 'silent' }),
    }),
  };
}
const kinds = (sent: TrackMessage[]) => sent.map(({ kind }) => kind);

it('sends a picture every 4 s, sound in batches, and tells of what was dropped', () => {
  let takes = true;
  const { track: one, sent } = track(() => takes);
  one.tap.videoConfig('avc', bytes);
  one.tap.audioConfig(bytes);
  for (let i = 0; i < 5; i++) one.tap.keyframe(bytes, t0 + i * 2000, 0, 0);
  for (let i = 0; i < 10; i++) one.tap.audio(bytes, t0 + i * 21);
  one.flush();
  expect(kinds(sent)).toEqual(['videoConfig', 'audioConfig', 'keyframe', 'keyframe', 'keyframe', 'audio']);
  expect(sent.at(-1)).toMatchObject({ at: t0 + 189, afterGap: false });
  takes = false;
  one.tap.audio(bytes, t0 + 300);
  one.flush();
  takes = true;
  one.tap.audio(bytes, t0 + 600);
  one.flush();
  expect(sent.at(-1)).toMatchObject({ kind: 'audio', at: t0 + 600, afterGap: true });
});

it('never holds more than a few seconds of sound', () => {
  const { track: one, sent } = track();
  for (let i = 0; i < 10_000; i++) one.tap.audio(bytes, t0);
  one.flush();
  const batch = sent[0];
  expect(batch?.kind === 'audio' && batch.frames.length).toBe(256);
});

it('is left out for five minutes when the process fell over it twice', () => {
  const { track: one, sent } = track();
  one.tap.videoConfig('avc', bytes);
  one.suspect(t0);
  one.restarted();
  expect(kinds(sent)).toEqual(['videoConfig', 'videoConfig']);
  one.suspect(t0);
  one.failed('SIGSEGV', t0);
  one.restarted();
  one.tap.keyframe(bytes, t0 + minutes, 0, 0);
  expect(sent.length).toBe(2);
  expect(one.warnings()).toMatchObject([{ kind: 'previewFailed', values: { reason: 'SIGSEGV' } }]);
  one.tap.keyframe(bytes, t0 + 5 * minutes, 0, 0);
  expect(kinds(sent).slice(2)).toEqual(['videoConfig', 'keyframe']);
});
