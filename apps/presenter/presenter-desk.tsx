/** What the speaker holds: the current and the next page, notes, all pages, tools, the time, and whether everything was delivered. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { DeckPage } from '#contracts/deck.ts';
import type { PresenterAnswer, PresenterTalk } from '#contracts/presenter.ts';
import type { InkMark } from '#contracts/stage-state.ts';
import { ApiError, api } from '../ui/api.ts';
import { Button } from '../ui/button.tsx';
import { language } from '../ui/i18n.ts';
import { PageClock } from '../ui/page-clock.ts';
import { around, useAhead } from './ahead.ts';
import type { Failure, QueueState } from './command-queue.ts';
import { DeckUpload } from './deck-upload.tsx';
import { actOfKey } from './keys.ts';
import { pageUrl, readTalk } from './link.ts';
import { marksOn, notYetOnStage } from './own-marks.ts';
import { PageBoard, type Tool } from './page-board.tsx';
import { openQueue } from './queue-store.ts';
import { inkPoints, laserPoints, type Sample, StrokeRecorder } from './stroke-recorder.ts';
import { TalkTimer } from './talk-timer.tsx';
import { t } from './texts.ts';
import { useStage } from './use-stage.ts';

const colours = [
  ['red', '#e02b2b'],
  ['yellow', '#f2c200'],
  ['green', '#1f9d55'],
  ['blue', '#1f6fe0'],
] as const;
const penSize = 0.004;
const textSize = 0.032;
const tools: readonly Tool[] = ['none', 'laser', 'pen', 'text'];
/** Ms between two looks at a deck that is still being converted. */
const lookEvery = 3000;
/** Ms between two looks at the talk's times, and whether there is a new deck: each is the whole deck's list of pages. */
const lookAgainEvery = 15_000;
/** Ms between two measurements of the clock. */
const measureEvery = 60_000;

const randomId = (): string =>
  crypto
    .getRandomValues(new Uint8Array(12))
    .reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), '');

export function PresenterDesk({ opened }: { readonly opened: PresenterTalk }) {
  const [about, setAbout] = useState(opened);
  const { venueId, talk, deck } = about;
  const clock = useMemo(() => new PageClock(opened.now), [opened.now]);
  const stage = useStage(talk.id, opened.stage);
  const [queued, setQueued] = useState<QueueState>({ waiting: [], offline: false });
  const [problem, setProblem] = useState('');
  const [tool, setTool] = useState<Tool>('none');
  const [colour, setColour] = useState<string>(colours[0][1]);
  const [all, setAll] = useState(false);
  const [ownLaser, setOwnLaser] = useState<{ x: number; y: number } | undefined>();
  /** Marks made here, until the stage has them. */
  const [own, setOwn] = useState<readonly InkMark[]>([]);
  const stroke = useRef<{ id: string; recorder: StrokeRecorder; image: string } | undefined>(undefined);
  const made = useRef<string[]>([]);
  /** This talk's decks shown here, the present one last. */
  const [versions] = useState(() => new Set<string>());

  const queue = useMemo(
    () =>
      openQueue(talk.id, {
        now: clock.now,
        newId: randomId,
        send: (commands) =>
          api<PresenterAnswer>(`/api/v1/presenter/commands?talk=${encodeURIComponent(talk.id)}`, {
            method: 'POST',
            body: { commands },
          }),
        onChange: setQueued,
        onRefused: (_, { message, detail }) =>
          setProblem([language() === 'en' ? message.en : message.zh, detail].filter(Boolean).join(' · ')),
        failureOf,
        onRequestRefused: setProblem,
      }),
    [talk.id, clock],
  );
  useEffect(() => {
    const retry = () => queue.retry();
    addEventListener('online', retry);
    document.addEventListener('visibilitychange', retry);
    return () => {
      removeEventListener('online', retry);
      document.removeEventListener('visibilitychange', retry);
      queue.close();
    };
  }, [queue]);
  const look = useCallback(() => {
    void readTalk(talk.id)
      .then((fresh) => fresh && setAbout(fresh))
      .catch(() => undefined);
  }, [talk.id]);
  useEffect(() => {
    const measure = () => void clock.measure(`/api/v1/clock?venue=${encodeURIComponent(venueId)}`);
    measure();
    // A laptop that slept counted no time meanwhile: its turns would be put before they were made.
    const remeasure = setInterval(measure, measureEvery);
    document.addEventListener('visibilitychange', measure);
    addEventListener('online', measure);
    return () => {
      clearInterval(remeasure);
      document.removeEventListener('visibilitychange', measure);
      removeEventListener('online', measure);
    };
  }, [clock, venueId]);
  useEffect(() => {
    const timer = setInterval(look, deck?.state === 'ready' ? lookAgainEvery : lookEvery);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [look, deck?.state]);
  useEffect(() => {
    setOwn((marks) => notYetOnStage(marks, stage.ink));
  }, [stage.ink]);

  const pages = deck?.pages ?? [];
  const ownTurn = queued.waiting.findLast(({ do: act }) => act.type === 'goto')?.do;
  if (deck) versions.add(deck.id);
  // A deck uploaded again while it is presented: the speaker stays at the page of that number, viewers at the old one until it is turned.
  const shownElsewhere =
    stage.page && deck && versions.has(stage.page.deck)
      ? Math.min(stage.page.page, Math.max(0, pages.length - 1))
      : undefined;
  const outdated = stage.page !== null && stage.page.deck !== deck?.id;
  const current = ownTurn?.type === 'goto' ? ownTurn.page : shownElsewhere;
  const black = queued.waiting.findLast(({ do: act }) => act.type === 'black')?.do;
  const isBlack = black?.type === 'black' ? black.on : stage.black;
  const page = current === undefined ? undefined : pages[current];
  const image = page?.steps[0]?.image;
  const total = deck?.total || pages.length;

  useAhead(
    around(current ?? -1, pages.length).flatMap((k) => {
      const ahead = pages[k]?.steps[0]?.image;
      return ahead && deck ? [sources(deck.id, k, ahead)] : [];
    }),
  );

  const go = useCallback(
    (to: number) => {
      setProblem('');
      setAll(false);
      if (to >= 0 && to < pages.length && (to !== current || outdated))
        queue.add({ type: 'goto', page: to, step: 0 });
    },
    [pages.length, current, outdated, queue],
  );
  const next = () => go(current === undefined ? 0 : current + 1);
  const previous = () => go((current ?? 0) - 1);
  const toggleBlack = () => queue.add({ type: 'black', on: !isBlack });
  const undo = () => {
    const last = made.current.pop();
    if (last === undefined) return;
    setOwn((marks) => marks.filter((mark) => mark.stroke !== last));
    queue.add({ type: 'undo', strokes: [last] });
  };
  const clear = () => {
    if (!image) return;
    made.current = [];
    setOwn([]);
    queue.add({ type: 'clear', image: image.id });
  };

  const keys = useRef<(event: KeyboardEvent) => void>(() => undefined);
  keys.current = (event) => {
    if (event.target instanceof HTMLInputElement) return;
    if (event.target instanceof HTMLButtonElement && (event.key === 'Enter' || event.key === ' ')) return;
    const act = actOfKey(event);
    if (!act) return;
    event.preventDefault();
    if (act === 'next') next();
    else if (act === 'previous') previous();
    else if (act === 'first') go(0);
    else if (act === 'last') go(pages.length - 1);
    else if (act === 'black') toggleBlack();
    else if (act === 'undo') undo();
    else if (act === 'all') setAll((open) => !open);
    else if (act === 'put-away') {
      setTool('none');
      setAll(false);
    } else setTool((held) => (held === act ? 'none' : act));
  };
  useEffect(() => {
    const listen = (event: KeyboardEvent) => keys.current(event);
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);

  const onStroke = (phase: 'begin' | 'move' | 'end', sample: Sample | undefined) => {
    if (!image) return;
    if (tool === 'laser') {
      stroke.current ??= { id: 'laser', recorder: new StrokeRecorder(), image: image.id };
      const { recorder } = stroke.current;
      const piece = sample ? recorder.add(sample) : recorder.take();
      if (piece) queue.add({ type: 'laser', image: image.id, points: laserPoints(piece) }, piece.t);
      setOwnLaser(sample && { x: sample.x, y: sample.y });
      if (phase === 'end') {
        stroke.current = undefined;
        queue.add({ type: 'laser', image: image.id, points: [] });
      }
      return;
    }
    if (phase === 'begin') {
      stroke.current = { id: randomId(), recorder: new StrokeRecorder(), image: image.id };
      made.current.push(stroke.current.id);
    }
    const drawn = stroke.current;
    if (!drawn || drawn.id === 'laser') return;
    if (sample) setOwn((marks) => withPoint(marks, drawn.id, drawn.image, colour, sample));
    const piece = sample ? drawn.recorder.add(sample) : drawn.recorder.take();
    const end = phase === 'end';
    if (piece || end) {
      const points = piece ? inkPoints(piece) : [];
      queue.add(
        {
          type: 'ink',
          stroke: drawn.id,
          image: drawn.image,
          tool: 'pen',
          colour,
          size: penSize,
          points,
          end,
        },
        piece?.t,
      );
    }
    if (end) stroke.current = undefined;
  };
  const onText = (x: number, y: number, text: string) => {
    if (!image) return;
    const id = randomId();
    made.current.push(id);
    setOwn((marks) => [
      ...marks,
      { kind: 'text', stroke: id, image: image.id, x, y, text, colour, size: textSize, t: clock.now() },
    ]);
    queue.add({ type: 'text', stroke: id, image: image.id, x, y, text, colour, size: textSize });
  };

  const marks = marksOn(image?.id, stage.ink, own);
  const laserEnd = stage.laser && stage.laser.image === image?.id ? stage.laser.points.at(-1) : undefined;
  const laser = ownLaser ?? (laserEnd && { x: laserEnd[1], y: laserEnd[2] });
  const following = current === undefined ? pages[0] : pages[current + 1];
  const others =
    stage.page && stage.page.by !== '' && stage.page.by !== about.name && shownElsewhere !== undefined
      ? stage.page.by
      : undefined;

  return (
    <div className="p-desk">
      <header className="p-head">
        <div>
          <h1>{talk.title}</h1>
          <p className="p-page-count">
            {current === undefined ? t('page.first') : t('page.now', { page: current + 1, total })}
          </p>
        </div>
        <TalkTimer talk={talk} now={clock.now} />
        <Delivery queued={queued} problem={problem} />
      </header>
      {(deck === null || deck.state !== 'ready') && <DeckState about={about} />}
      <main className="p-main">
        <section className="p-current" aria-label={t('page.current')}>
          <PageBoard
            image={image && deck && current !== undefined ? sources(deck.id, current, image) : undefined}
            label={current === undefined ? t('page.first') : t('page.now', { page: current + 1, total })}
            tool={tool}
            marks={marks}
            laser={laser}
            black={isBlack}
            now={clock.now}
            onStroke={onStroke}
            onText={onText}
          />
          <div className="p-turn">
            <Button size="large" onClick={previous} disabled={!current}>
              {t('page.previous')}
            </Button>
            <Button
              size="large"
              kind="primary"
              onClick={next}
              disabled={pages.length === 0 || (current !== undefined && current >= pages.length - 1)}
            >
              {t('page.next')}
            </Button>
          </div>
          <fieldset className="p-tools">
            <legend className="r-hidden">{t('tool.group')}</legend>
            {tools.map((one) => (
              <Button key={one} aria-pressed={tool === one} onClick={() => setTool(one)}>
                {t(`tool.${one}`)}
              </Button>
            ))}
            <Button onClick={undo}>{t('tool.undo')}</Button>
            <Button onClick={clear}>{t('tool.clear')}</Button>
            <Button kind={isBlack ? 'danger' : 'plain'} aria-pressed={isBlack} onClick={toggleBlack}>
              {t(isBlack ? 'tool.unblack' : 'tool.black')}
            </Button>
            <Button aria-expanded={all} onClick={() => setAll((open) => !open)}>
              {t(all ? 'page.closeAll' : 'page.all')}
            </Button>
          </fieldset>
          {(tool === 'pen' || tool === 'text') && (
            <fieldset className="p-colours">
              <legend className="r-hidden">{t('colour.group')}</legend>
              {colours.map(([name, value]) => (
                <button
                  key={name}
                  type="button"
                  aria-label={t(`colour.${name}`)}
                  aria-pressed={colour === value}
                  style={{ background: value }}
                  onClick={() => setColour(value)}
                />
              ))}
            </fieldset>
          )}
        </section>
        <aside className="p-side">
          <section aria-label={t('page.next')}>
            <h2>{t('page.next')}</h2>
            {following?.steps[0] && deck ? (
              <Thumbnail deck={deck.id} page={current === undefined ? 0 : current + 1} of={following} />
            ) : (
              <p className="p-muted">{t('page.last')}</p>
            )}
          </section>
          <section aria-label={t('notes.title')}>
            <h2>{t('notes.title')}</h2>
            <p className="p-notes">{page?.notes || <span className="p-muted">{t('notes.none')}</span>}</p>
          </section>
          {others !== undefined && shownElsewhere !== undefined && (
            <p className="p-muted" role="status">
              {t('others.turned', { name: others, page: shownElsewhere + 1 })}
            </p>
          )}
          <DeckUpload talk={talk.id} again={deck !== null} onDone={look} />
          <p className="p-keys">{t('keys.hint')}</p>
        </aside>
      </main>
      {all && deck && (
        <nav className="p-all" aria-label={t('page.all')}>
          {pages.map((one, i) => (
            <button
              key={one.steps[0]?.image.id ?? i}
              type="button"
              aria-label={t('page.jump', { page: i + 1 })}
              aria-current={i === current}
              onClick={() => go(i)}
            >
              <Thumbnail deck={deck.id} page={i} of={one} />
              <span>{i + 1}</span>
            </button>
          ))}
        </nav>
      )}
    </div>
  );
}

/** Too busy and too many are tried again; another talk that is on, or a link that was revoked, is an answer. */
function failureOf(error: unknown): Failure {
  if (!(error instanceof ApiError) || error.status < 400 || error.status >= 500) return { kind: 'lost' };
  if (error.status === 408 || error.status === 429 || error.code === 'unreadable') return { kind: 'lost' };
  if (error.code === 'talk.order') return { kind: 'refused', why: t('net.otherTalk') };
  if ([401, 403, 404].includes(error.status)) return { kind: 'refused', why: t('open.gone') };
  return { kind: 'refused', why: [error.message, error.detail].filter(Boolean).join(' · ') };
}

function DeckState({ about: { deck } }: { readonly about: PresenterTalk }) {
  if (!deck) return <p className="p-note">{t('deck.none')}</p>;
  if (deck.state === 'failed')
    return (
      <p className="p-note" role="alert">
        {t('deck.failed', { why: deck.error?.detail ?? deck.error?.code ?? '' })}
      </p>
    );
  return (
    <p className="p-note" role="status">
      {deck.total > 0 ? t('deck.converting', { done: deck.done, total: deck.total }) : t('deck.waiting')}
    </p>
  );
}

function Delivery({ queued, problem }: { readonly queued: QueueState; readonly problem: string }) {
  const count = queued.waiting.length;
  const text =
    problem !== ''
      ? t('net.refused', { why: problem })
      : queued.offline
        ? t('net.lost')
        : count > 0
          ? t('net.waiting', { count })
          : t('net.ok');
  const state = problem !== '' || queued.offline ? 'bad' : count > 0 ? 'waiting' : 'ok';
  return (
    <p className="p-delivery" data-state={state} role="status">
      {text}
    </p>
  );
}

function Thumbnail({
  deck,
  page,
  of,
}: {
  readonly deck: string;
  readonly page: number;
  readonly of: DeckPage;
}) {
  const image = of.steps[0]?.image;
  if (!image) return null;
  return (
    <img
      src={pageUrl(deck, page, image.widths[0] ?? image.width)}
      width={image.width}
      height={image.height}
      alt={of.title || t('page.jump', { page: page + 1 })}
      loading="lazy"
    />
  );
}

const sources = (
  deck: string,
  page: number,
  image: { width: number; height: number; widths: readonly number[] },
) => ({
  src: pageUrl(deck, page, image.widths.at(-1) ?? image.width),
  srcSet: image.widths.map((width) => `${pageUrl(deck, page, width)} ${width}w`).join(', '),
  small: pageUrl(deck, page, image.widths[0] ?? image.width),
  width: image.width,
  height: image.height,
});

function withPoint(
  marks: readonly InkMark[],
  stroke: string,
  image: string,
  colour: string,
  { t: at, x, y, pressure }: Sample,
): readonly InkMark[] {
  const i = marks.findIndex((mark) => mark.stroke === stroke);
  const known = marks[i];
  const point = [at, x, y, pressure] as const;
  if (known?.kind !== 'stroke') {
    return [
      ...marks,
      { kind: 'stroke', stroke, image, tool: 'pen', colour, size: penSize, points: [point], ended: false },
    ];
  }
  return marks.with(i, { ...known, points: [...known.points, point] });
}
