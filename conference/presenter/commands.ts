/** A presenter's command as what everyone sees. Pure: the deck, what was shown and who it is are passed in. */
import type { DeckPage } from '#contracts/deck.ts';
import { CodedError } from '#contracts/errors.ts';
import type { PageImage, StageBody } from '#contracts/events.ts';
import type { PresenterCommand } from '#contracts/presenter.ts';

export type Presented = {
  readonly deckId: string;
  /** Usable ones, by number. */
  readonly pages: readonly DeckPage[];
  /** How many there will be; 0 while unknown. */
  readonly total: number;
};

export type CommandContext = {
  readonly presented: Presented | undefined;
  /** Whether the audience was shown the image. */
  readonly wasShown: (imageId: string) => boolean;
  readonly by: string;
  readonly source: 'presenter' | 'operator';
};

/** Throws CodedError: `deck.notFound` without a deck, `request.invalid` naming the rule and the value. */
export function bodyOf(command: PresenterCommand['do'], context: CommandContext): StageBody {
  const { by, wasShown } = context;
  switch (command.type) {
    case 'goto':
      return turn(command.page, command.step, context);
    case 'black':
      return { type: 'black', on: command.on, by };
    case 'undo':
      return command;
    case 'laser':
    case 'ink':
    case 'text':
    case 'clear':
      // Else a name nobody was told would go out: the audience is never told more than one page ahead.
      if (!wasShown(command.image))
        throw new CodedError('request.invalid', `image must be one that was shown (got ${command.image})`);
      return command;
  }
}

function turn(page: number, step: number, { presented, by, source }: CommandContext): StageBody {
  if (!presented) throw new CodedError('deck.notFound', 'this talk has no deck yet');
  const { deckId, pages, total } = presented;
  const here = pages[page];
  if (!here) throw new CodedError('request.invalid', `page must be 0 to ${pages.length - 1} (got ${page})`);
  const image = here.steps[step]?.image;
  if (!image)
    throw new CodedError(
      'request.invalid',
      `step must be 0 to ${here.steps.length - 1} on page ${page} (got ${step})`,
    );
  return {
    ...{ type: 'page', deck: deckId, page, step, pages: Math.max(total, pages.length), image },
    ...{ next: following(pages, page, step), title: here.title.slice(0, 200), source, by },
  };
}

/** The image one click on; null at the end, or when it is not there yet. */
function following(pages: readonly DeckPage[], page: number, step: number): PageImage | null {
  return pages[page]?.steps[step + 1]?.image ?? pages[page + 1]?.steps[0]?.image ?? null;
}
