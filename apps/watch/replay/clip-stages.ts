/** The stage over a clip's ranges: live's StagePlayer, filled at once. */
import type { ClipEvents } from '#contracts/clip.ts';
import { emptyStage, replayStart, type StageState } from '#contracts/stage-state.ts';
import { StagePlayer } from '../../follow/stage-player.ts';

type ShownPage = StageState['shown'][number];

export class ClipStages {
  private readonly ranges: { from: number; stage: StagePlayer }[];

  constructor(events: ClipEvents) {
    this.ranges = events.ranges
      .map(({ from, state, events: all }) => {
        const stage = new StagePlayer();
        // Else its picture, which may be closed to who watches this one, would be asked for.
        stage.restart(replayStart(state, from, all), from);
        stage.add(all);
        return { from, stage };
      })
      .sort((a, b) => a.from - b.from);
  }

  at(moment: number): StageState {
    return this.stageOf(moment)?.at(moment) ?? emptyStage;
  }
  momentOf(track: string, date: number): number {
    return this.stageOf(date)?.momentOf(track, date) ?? date;
  }
  dateOf(track: string, moment: number): number {
    return this.stageOf(moment)?.dateOf(track, moment) ?? moment;
  }

  /** Pages of the whole clip, each once, with the moment it was first shown in it. */
  pages(): readonly ShownPage[] {
    const pages = new Map<string, ShownPage>();
    for (const { from, stage } of this.ranges) {
      const { page } = stage.at(from);
      if (page && !pages.has(page.image.id)) pages.set(page.image.id, { ...page, t: from });
      for (const shown of stage.last().shown)
        if (shown.t >= from && !pages.has(shown.image.id)) pages.set(shown.image.id, shown);
    }
    return [...pages.values()];
  }

  private stageOf(moment: number): StagePlayer | undefined {
    const { ranges } = this;
    return (ranges.findLast((range) => range.from <= moment) ?? ranges[0])?.stage;
  }
}
