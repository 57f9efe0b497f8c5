/** Moves a replay's start and end; the frame at the moment chosen is shown by the whole recording of the run. */
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Clip } from '#contracts/clip.ts';
import { Button } from '../../ui/button.tsx';
import { api, errorText } from '../api.ts';
import { Dialog } from '../dialog.tsx';
import { programmeApi } from './programme-api.ts';
import { t } from './texts.ts';

const steps = [-30, -5, -1, 1, 5, 30];
const clock = (ms: number): string => new Date(ms).toLocaleTimeString(undefined, { hour12: false });

export function ClipTrim({ clip, onClose }: { clip: Clip; onClose(): void }) {
  const first = clip.ranges[0];
  const last = clip.ranges.at(-1);
  const [from, setFrom] = useState(first?.from ?? 0);
  const [to, setTo] = useState(last?.to ?? Date.now());
  const [shown, setShown] = useState<number>(from);
  const [problem, setProblem] = useState('');
  const valid = to - from >= 1000;
  const save = async () => {
    if (!first || !last) return;
    const middle = clip.ranges.length > 1 ? clip.ranges.slice(1, -1) : [];
    const ranges = clip.ranges.length > 1 ? [{ ...first, from }, ...middle, { ...last, to }] : [{ from, to }];
    try {
      await programmeApi.updateClip(clip.id, { ranges });
      onClose();
    } catch (error) {
      setProblem(errorText(error));
    }
  };
  const ends = [
    ['from', from, setFrom],
    ['to', to, setTo],
  ] as const;
  return (
    <Dialog title={`${t('clips.trimTitle')} · ${clip.title}`} onClose={onClose}>
      <p className="hint">{t('clips.trimHint')}</p>
      <Preview clip={clip} at={shown} />
      {ends.map(([name, value, set]) => (
        <fieldset key={name} className="trim-end">
          <legend>
            {t(`clips.${name}`)} <span className="digits">{clock(value)}</span>
          </legend>
          <div className="button-row">
            {steps.map((seconds) => (
              <Button
                key={seconds}
                aria-label={`${t(`clips.${name}`)} ${t('clips.step', { seconds: seconds > 0 ? `+${seconds}` : seconds })}`}
                onClick={() => {
                  set(value + seconds * 1000);
                  setShown(value + seconds * 1000);
                }}
              >
                {seconds > 0 ? `+${seconds}` : seconds}
              </Button>
            ))}
            <Button onClick={() => setShown(value)}>{t('clips.preview')}</Button>
          </div>
        </fieldset>
      ))}
      {problem !== '' && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <div className="dialog-buttons">
        <Button kind="primary" disabled={!valid} onClick={() => void save()}>
          {t('clips.save')}
        </Button>
      </div>
    </Dialog>
  );
}

/** The whole recording of the run, so that both ends can be moved outwards too. hls.js is loaded only here. */
function Preview({ clip, at }: { clip: Clip; at: number }) {
  const video = useRef<HTMLVideoElement>(null);
  const moment = useRef(at);
  const seek = useRef<() => void>(() => undefined);
  useEffect(() => {
    const closing = new AbortController();
    void show(clip, video, moment, seek, closing.signal).catch(() => undefined);
    return () => closing.abort();
  }, [clip]);
  useEffect(() => {
    moment.current = at;
    seek.current();
  }, [at]);
  return (
    <video ref={video} className="trim-preview" muted playsInline controls aria-label={t('clips.preview')} />
  );
}

async function show(
  clip: Clip,
  video: RefObject<HTMLVideoElement | null>,
  moment: RefObject<number>,
  seek: RefObject<() => void>,
  signal: AbortSignal,
): Promise<void> {
  const [{ default: Hls }, runs] = await Promise.all([import('hls.js'), api.runs(clip.venueId, signal)]);
  const from = clip.ranges[0]?.from ?? 0;
  const run = runs.find(
    ({ startedAt, endedAt }) => startedAt <= from && (endedAt ?? Number.POSITIVE_INFINITY) > from,
  );
  const element = video.current;
  if (signal.aborted || !element || !run?.playlists.program || !Hls.isSupported()) return;
  const hls = new Hls({ maxBufferLength: 6 });
  signal.addEventListener('abort', () => hls.destroy());
  let start: number | undefined;
  seek.current = () => {
    if (start !== undefined) element.currentTime = Math.max(0, (moment.current - start) / 1000);
  };
  hls.on(Hls.Events.LEVEL_LOADED, (_, { details }) => {
    const [first] = details.fragments;
    if (start !== undefined || !first?.programDateTime) return;
    start = first.programDateTime - first.start * 1000;
    seek.current();
  });
  hls.loadSource(run.playlists.program);
  hls.attachMedia(element);
}
