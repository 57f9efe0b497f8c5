/** The replay page: the clip with its slides in step, chapters, search that jumps, and where the viewer left it. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { ClipEvents, ClipInfo } from '#contracts/clip.ts';
import { eventPath } from '#contracts/event-paths.ts';
import type { PlannedTalk } from '#contracts/events.ts';
import { replayAdmission } from '../../access/admission.ts';
import { isOpenLabel, RuleLabel } from '../../access/label.tsx';
import type { SittingState } from '../../access/sitting-keeper.ts';
import { api } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { lengthText, useLanguage } from '../../ui/i18n.ts';
import { ReplayIcon } from '../../ui/icons.tsx';
import { StateArt } from '../art.tsx';
import type { Replaying } from '../boot.ts';
import type { Entry } from '../gate/entry.ts';
import { GateScreen } from '../gate/gate-screen.tsx';
import { PreviewStrip } from '../gate/preview-strip.tsx';
import { mount } from '../mount.ts';
import { speakersText } from '../slides/agenda.tsx';
import { CapturedSlides } from '../slides/captured-slides.tsx';
import { Files } from '../slides/files.tsx';
import { SlidesRoom } from '../slides/slides-room.tsx';
import type { StageSource } from '../slides/stage-source.ts';
import { Stage } from '../stage.tsx';
import { t } from '../texts.ts';
import { TopBar } from '../top-bar.tsx';
import type { Replay } from './boot-replay.ts';
import { Chapters, chapterAt } from './chapters.tsx';
import { ClipStages } from './clip-stages.ts';
import { offsetIn } from './offset.ts';
import { leave, worthResuming } from './position.ts';
import '../slides/slides.css';

export const mountReplay = (entry: Entry<Replaying>): void => mount(<Door entry={entry} />);

/** In with a pass that the replay's rules let in, before the gate otherwise. */
function Door({ entry }: { entry: Entry<Replaying> }) {
  useLanguage();
  const { opened } = useSyncExternalStore(entry.subscribe, entry.snapshot);
  const { keeper } = entry;
  const asked = useSyncExternalStore(keeper.subscribe, keeper.snapshot);
  const { sitting, offset } = asked;
  const admission = sitting && replayAdmission(sitting, keeper.talkId);
  const refusal = admission && admission.kind !== 'in' ? admission.refusal : undefined;
  const replay = opened?.replay;
  const player = replay?.player;
  useEffect(() => player?.setAdmitted(!refusal), [player, refusal]);
  const begun = useBegun(replay);
  const unknownEnd = admission?.kind === 'in' && admission.until === null && isPreview(asked, keeper.talkId);
  useEffect(() => {
    if (begun && unknownEnd) keeper.poke();
  }, [keeper, begun, unknownEnd]);
  if (replay && !refusal)
    return <ReplayPage key={replay.base} replay={replay} asked={asked} talkId={keeper.talkId} />;
  return (
    <GateScreen
      sitting={sitting}
      refusal={refusal}
      what="replay"
      label={sitting?.labels.replay}
      offset={offset}
      onAsk={(takeOver) => keeper.ask(takeOver)}
    />
  );
}

function isPreview({ sitting }: SittingState, talkId: string | undefined): boolean {
  if (!sitting) return false;
  const decision = sitting.talks.find((talk) => talk.id === talkId)?.replay ?? sitting.replay;
  return decision.allowed && decision.by === 'preview';
}

const nothing = () => () => {};
/** The first picture was shown. */
function useBegun(replay: Replay | undefined): boolean {
  return useSyncExternalStore(
    replay?.player.subscribe ?? nothing,
    () => replay?.player.snapshot().everStarted ?? false,
  );
}

/** Events of the version played, asked until they came. */
function useStages(replay: Replay, info: ClipInfo | undefined): ClipStages | undefined {
  const [stages, setStages] = useState<{ version: number; stages: ClipStages }>();
  const id = info?.id;
  const version = info?.version;
  useEffect(() => {
    if (id === undefined || version === undefined) return;
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = () => {
      api<ClipEvents>(`${replay.base}/${eventPath.clipEvents(id, version)}`, { signal: leaving.signal })
        .then((events) => setStages({ version, stages: new ClipStages(events) }))
        .catch(() => {
          if (!leaving.signal.aborted) timer = setTimeout(load, 3000);
        });
    };
    load();
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [replay, id, version]);
  return stages?.stages;
}

/** Remembers where the viewer is, until the end is near. */
function useRemembered(replay: Replay, stages: ClipStages | undefined): void {
  useEffect(() => {
    const note = () => {
      const { player, clipId } = replay;
      const { at, to } = player.times();
      const date = player.date();
      if (date === undefined || to < 1000) return;
      const worth = at > worthResuming && at < to - worthResuming;
      try {
        leave(clipId, worth ? (stages?.momentOf('program', date) ?? date) : undefined, localStorage);
      } catch {
        // Storage refused.
      }
    };
    const timer = setInterval(note, 3000);
    window.addEventListener('pagehide', note);
    return () => {
      clearInterval(timer);
      window.removeEventListener('pagehide', note);
    };
  }, [replay, stages]);
}

/** Moment of the picture, twice a second: for lists. */
function useMoment(source: StageSource): number {
  const [moment, setMoment] = useState(() => source.moment());
  useEffect(() => {
    const timer = setInterval(() => setMoment(source.moment()), 500);
    return () => clearInterval(timer);
  }, [source]);
  return moment;
}

function useTalks(venueId: string): readonly PlannedTalk[] {
  const [talks, setTalks] = useState<readonly PlannedTalk[]>([]);
  useEffect(() => {
    const leaving = new AbortController();
    api<{ talks: PlannedTalk[] }>(`/api/v1/public/venues/${encodeURIComponent(venueId)}/talks`, {
      signal: leaving.signal,
    })
      .then((answer) => setTalks(answer.talks))
      .catch(() => {}); // The replay goes on without what may be downloaded.
    return () => leaving.abort();
  }, [venueId]);
  return talks;
}

type ReplayPageProps = {
  readonly replay: Replay;
  readonly asked: SittingState;
  readonly talkId: string | undefined;
};

function ReplayPage({ replay, asked, talkId }: ReplayPageProps) {
  const { player, question, base, venueId } = replay;
  const { sitting, asking } = asked;
  const plain = useSyncExternalStore(player.subscribe, player.snapshot);
  // A refusal that is being asked about is not told yet.
  const seen: typeof plain =
    asking && plain.link === 'unknownVenue' ? { ...plain, link: 'connecting', now: undefined } : plain;
  const { info } = question;
  const stages = useStages(replay, info);
  const from = info?.ranges[0]?.from;
  if (stages && from !== undefined) replay.start.date = stages.dateOf('program', from);
  useRemembered(replay, stages);
  const talks = useTalks(venueId);
  const source = useMemo((): StageSource => {
    const none = new ClipStages({ ranges: [] });
    const own = stages ?? none;
    return {
      base,
      moment: () => {
        const date = player.date();
        // Before the picture is there: the first page.
        return date === undefined
          ? (question.info?.ranges[0]?.from ?? 0)
          : own.momentOf(player.snapshot().track, date);
      },
      at: (moment) => own.at(moment),
    };
  }, [base, player, question, stages]);
  const pages = useMemo(() => stages?.pages() ?? [], [stages]);
  const moment = useMoment(source);
  const title = info?.title ?? t('page.untitled');
  useEffect(() => {
    document.title = `${title} · ${t('about.replay')}`;
  });
  if (seen.link === 'unknownVenue') return <Gone />;
  const captured =
    pages.length === 0 && info?.tracks.slides !== undefined && info.tracks.program !== undefined;
  const goTo = (to: number) => {
    player.seekDate(stages?.dateOf('program', to) ?? to);
    player.play();
  };
  const offset = (to: number): number => offsetIn(info, to);
  const chapters = info?.chapters ?? [];
  const chapterList = (
    <Chapters
      base={base}
      chapters={chapters}
      now={chapterAt(chapters, moment)}
      offset={(chapter) => offset(chapter.t)}
      onGoTo={(chapter) => goTo(chapter.t)}
    />
  );
  const own = talks.filter((talk) => talk.replay?.clip === replay.clipId);
  const hasSlides = pages.length > 0 || captured;
  return (
    <div className={hasSlides ? 'page page-wide' : 'page'}>
      <TopBar conference={sitting?.conference} />
      <main>
        {hasSlides ? (
          <SlidesRoom
            player={player}
            seen={seen}
            title={title}
            source={source}
            captured={
              captured && stages ? (
                <CapturedSlides player={player} base={base} seen={seen} stage={stages} />
              ) : undefined
            }
            pages={pages}
            pageNote={(page) => lengthText(offset(page.t) / 1000)}
            onGoTo={(page) => goTo(page.t)}
            first={{ id: 'chapters', label: t('replay.chapters'), content: () => chapterList }}
            last={{ id: 'files', label: t('tab.files'), content: () => <Files talks={own} /> }}
          />
        ) : (
          <Stage player={player} seen={seen} title={title} />
        )}
        {sitting && isPreview(asked, talkId) && (
          <PreviewStrip
            until={previewEnd(asked, talkId)}
            offset={asked.offset}
            label={sitting.labels.replay}
            loggedIn={sitting.person !== null}
          />
        )}
        <section className="about">
          <div className="about-head">
            <h1>{title}</h1>
            <span className="r-badge r-badge-ended">{t('about.replay')}</span>
            {sitting && !isOpenLabel(sitting.labels.replay) && (
              <RuleLabel label={sitting.labels.replay} now={Date.now() + asked.offset} />
            )}
          </div>
          {info && info.speakers.length > 0 && <p className="muted">{speakersText(info.speakers)}</p>}
          <Resumed replay={replay} offset={offset} />
          {!hasSlides && chapters.length > 0 && chapterList}
        </section>
      </main>
    </div>
  );
}

function previewEnd({ sitting }: SittingState, talkId: string | undefined): number | null {
  const admission = sitting && replayAdmission(sitting, talkId);
  return admission?.kind === 'in' ? admission.until : null;
}

function Resumed({ replay, offset }: { replay: Replay; offset(moment: number): number }) {
  const [closed, setClosed] = useState(false);
  const { resumedAt, player, question } = replay;
  if (resumedAt === undefined || closed || !question.info) return null;
  return (
    <p className="resumed" role="status">
      <span>{t('replay.resumed', { at: lengthText(offset(resumedAt) / 1000) })}</span>
      <Button
        icon={<ReplayIcon size={20} />}
        onClick={() => {
          player.seek(0);
          setClosed(true);
        }}
      >
        {t('screen.again')}
      </Button>
    </p>
  );
}

function Gone() {
  return (
    <div className="page">
      <TopBar />
      <main>
        <section className="stage">
          <div className="screen" data-screen="gone" role="status">
            <StateArt screen="unknown" />
            <h1 className="screen-title">{t('replay.gone.title')}</h1>
            <p className="screen-text">{t('replay.gone.text')}</p>
          </div>
        </section>
      </main>
    </div>
  );
}
