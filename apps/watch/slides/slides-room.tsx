/** Player and slides in the layout the viewer chose, with the side panel: the watch page's and the replay page's middle. */
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { Button, IconButton } from '../../ui/button.tsx';
import { DragIcon, ExpandIcon, ToLiveIcon } from '../../ui/icons.tsx';
import type { Player, Snapshot } from '../player/player.ts';
import { Stage } from '../stage.tsx';
import { t } from '../texts.ts';
import { LayoutButtons } from './layout-buttons.tsx';
import { type Arrangement, hasPanel, storeArrangement, storedArrangement } from './layouts.ts';
import { PagesList } from './pages-list.tsx';
import { SlideScreen } from './slide-screen.tsx';
import type { ShownPage } from './slide-search.ts';
import { SlideView } from './slide-view.tsx';
import type { StageSource } from './stage-source.ts';
import { type Tab, Tabs } from './tabs.tsx';
import { useFloat } from './use-float.ts';
import { useFlat, usePhone } from './use-media.ts';
import { useStage } from './use-stage.ts';

export type SlidesRoomProps = {
  readonly player: Player;
  readonly seen: Snapshot;
  readonly title: string;
  readonly source: StageSource;
  /** Tabs before and after the pages. */
  readonly first: Tab;
  readonly last: Tab;
  /** Behind the words while there is no picture. */
  readonly backdrop?: ReactNode;
  /** Captured slides in place of pages: shown in the slides' pane. */
  readonly captured?: ReactNode;
  /** Pages listed; the ones shown so far unless told. */
  readonly pages?: readonly ShownPage[];
  readonly pageNote?: (page: ShownPage) => string;
  /** Picking a page goes there; without it the page is looked at while the rest goes on. */
  readonly onGoTo?: (page: ShownPage) => void;
};

/** While a phone is held across there is room for the slide and the speaker over it. */
function fitted(arrangement: Arrangement, flat: boolean): Arrangement {
  if (!flat) return arrangement;
  const { layout } = arrangement;
  if (layout === 'tri') return { layout: 'pip', flipped: false, panel: false };
  if (layout === 'speaker') return { layout: 'pip', flipped: true, panel: false };
  return { ...arrangement, panel: false };
}

export function SlidesRoom(props: SlidesRoomProps) {
  const { player, seen, source, captured } = props;
  const phone = usePhone();
  const flat = useFlat();
  const stage = useStage(source);
  const [chosen, setChosen] = useState(storedArrangement);
  const [looking, setLooking] = useState<ShownPage>();
  const [large, setLarge] = useState(false);
  const [tab, setTab] = useState(phone ? 'pages' : props.first.id);
  const float = useFloat();
  const arrangement = fitted(chosen, flat);
  const voiceOnly = arrangement.layout === 'slides' && !phone;
  useVoiceOnly(player, voiceOnly);

  const arrange = (next: Arrangement) => {
    setChosen(next);
    storeArrangement(next);
  };
  // A page that was withdrawn, or is not yet shown at this moment, is not looked at either.
  const lookingAt = looking && stage.shown.find((page) => page.image.id === looking.image.id);
  const apart = lookingAt !== undefined && lookingAt.image.id !== stage.page?.image.id;
  const pick = (page: ShownPage) => {
    if (props.onGoTo) props.onGoTo(page);
    else setLooking(page.image.id === stage.page?.image.id ? undefined : page);
  };
  const view = { source, stage, lookingAt: apart ? lookingAt : undefined };
  const back = apart && (
    <Button
      kind="primary"
      className="back-to-speaker"
      icon={<ToLiveIcon size={20} />}
      onClick={() => setLooking(undefined)}
    >
      {t('slides.back')}
    </Button>
  );
  const inline = (
    <div className="slide-inline">
      <div className="slide-frame">
        {captured ?? <SlideView {...view} />}
        {back}
        {!captured && (
          <IconButton className="slide-expand" label={t('slides.large')} onClick={() => setLarge(true)}>
            <ExpandIcon />
          </IconButton>
        )}
      </div>
    </div>
  );
  const pagesTab: Tab = {
    id: 'pages',
    label: t('tab.pages'),
    content: () => (
      <PagesList
        base={source.base}
        pages={props.pages ?? stage.shown}
        now={stage.page?.image.id}
        lookingAt={apart ? lookingAt?.image.id : undefined}
        {...(props.pageNote ? { note: props.pageNote } : {})}
        onPick={pick}
      />
    ),
  };
  const tabs = captured ? [props.first, props.last] : [props.first, pagesTab, props.last];
  const panel = hasPanel(arrangement);
  const classes = useMemo(() => {
    if (phone) return ['with-slides', 'layout-phone'];
    const { layout, flipped } = arrangement;
    const list = ['with-slides', `layout-${layout}`];
    if (flipped) list.push('layout-flipped');
    if (panel) list.push('with-side');
    if (flat) list.push('layout-flat');
    return list;
  }, [arrangement, panel, phone, flat]);
  return (
    <Stage
      player={player}
      seen={seen}
      title={props.title}
      classes={classes}
      style={float.style}
      backdrop={props.backdrop}
      buttons={!phone && <LayoutButtons arrangement={arrangement} onArrange={arrange} />}
      panes={
        !phone && (
          <>
            <div className="stage-slides">
              {captured ?? <SlideView {...view} zoomable />}
              {back}
            </div>
            {arrangement.layout === 'pip' && (
              <button type="button" className="float-handle" aria-label={t('layout.move')} {...float.handle}>
                <DragIcon size={18} />
              </button>
            )}
          </>
        )
      }
    >
      {phone && inline}
      {(phone || panel) && (
        <aside className="side" aria-label={t('tab.panel')}>
          <Tabs label={t('tab.panel')} tabs={tabs} chosen={tab} onChoose={setTab} />
        </aside>
      )}
      {large && <SlideScreen {...view} onClose={() => setLarge(false)} />}
    </Stage>
  );
}

/** Pages with the voice only: no video is loaded while this is chosen. */
function useVoiceOnly(player: Player, on: boolean): void {
  useEffect(() => {
    if (!on) return;
    player.setVoiceOnly(true);
    return () => player.setVoiceOnly(false);
  }, [player, on]);
}
