/** The four questions in plain words. Nothing is chosen beforehand but the cautious answers. */
import { useState } from 'react';
import type { ConsentAnswer } from '#contracts/access.ts';
import type { ConsentOpened } from '#contracts/consent.ts';
import { Button } from '../ui/button.tsx';
import { CodeStep } from './code-step.tsx';
import type { SendAnswer } from './consent-page.tsx';
import { t } from './texts.ts';

export type QuestionsProps = {
  readonly opened: ConsentOpened;
  readonly token: string;
  readonly send: SendAnswer;
};

/** `YYYY-MM-DD` on this phone's calendar. */
const dayText = (moment: number): string => {
  const day = new Date(moment);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
};

export function Questions({ opened, token, send }: QuestionsProps) {
  const before = opened.answer;
  const [replay, setReplay] = useState<ConsentAnswer['replay'] | undefined>(before?.replay);
  const [download, setDownload] = useState(before?.download ?? false);
  const [later, setLater] = useState(before?.embargo != null);
  const [day, setDay] = useState(before?.embargo == null ? '' : dayText(before.embargo));
  const [reviewFirst, setReviewFirst] = useState(before?.reviewFirst ?? false);
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const shown = replay !== undefined && replay !== 'nobody';
  const embargo = later && day ? new Date(`${day}T00:00:00`).getTime() : null;

  const wrong = (): string | undefined => {
    if (replay === undefined) return t('answer.choose');
    if (shown && later && embargo === null) return t('q.embargo.dateMissing');
    if (!opened.confirmed && code.length !== 6) return t('code.missing');
    return undefined;
  };
  const submit = async () => {
    const found = wrong();
    setProblem(found);
    if (found || replay === undefined) return;
    setBusy(true);
    const answer: ConsentAnswer = {
      replay,
      download: shown && download,
      embargo: shown ? embargo : null,
      reviewFirst: shown && reviewFirst,
      reviewed: shown && reviewFirst && (before?.reviewed ?? false),
    };
    setProblem(await send(answer, opened.confirmed ? undefined : code));
    setBusy(false);
  };
  return (
    <>
      <p className="muted">{t('ask.promise')}</p>
      <fieldset>
        <legend>{t('q.replay')}</legend>
        {(['all', 'delegates', 'nobody'] as const).map((one) => (
          <Option
            key={one}
            name="replay"
            on={replay === one}
            text={t(`q.replay.${one}`)}
            hint={t(`q.replay.${one}Hint`)}
            onChoose={() => setReplay(one)}
          />
        ))}
      </fieldset>
      {shown && (
        <>
          <fieldset>
            <legend>{t('q.download')}</legend>
            <Option
              name="download"
              on={!download}
              text={t('q.download.no')}
              onChoose={() => setDownload(false)}
            />
            <Option
              name="download"
              on={download}
              text={t('q.download.yes')}
              onChoose={() => setDownload(true)}
            />
          </fieldset>
          <fieldset>
            <legend>{t('q.embargo')}</legend>
            <Option name="embargo" on={!later} text={t('q.embargo.now')} onChoose={() => setLater(false)} />
            <Option name="embargo" on={later} text={t('q.embargo.later')} onChoose={() => setLater(true)} />
            {later && (
              <input
                className="below"
                type="date"
                aria-label={t('q.embargo.date')}
                min={dayText(Date.now())}
                value={day}
                onChange={(event) => setDay(event.target.value)}
              />
            )}
          </fieldset>
          <fieldset>
            <legend>{t('q.review')}</legend>
            <Option
              name="review"
              on={!reviewFirst}
              text={t('q.review.no')}
              onChoose={() => setReviewFirst(false)}
            />
            <Option
              name="review"
              on={reviewFirst}
              text={t('q.review.yes')}
              onChoose={() => setReviewFirst(true)}
            />
          </fieldset>
        </>
      )}
      {replay !== undefined && <CodeStep opened={opened} token={token} code={code} onCode={setCode} />}
      {problem && (
        <p className="note note-wrong" role="alert">
          {problem}
        </p>
      )}
      <Button
        kind="primary"
        size="large"
        disabled={busy || (!opened.confirmed && opened.phoneTail === null && opened.email === null)}
        onClick={() => void submit()}
      >
        {t(busy ? 'answer.busy' : 'answer.send')}
      </Button>
    </>
  );
}

type OptionProps = {
  readonly name: string;
  readonly on: boolean;
  readonly text: string;
  readonly hint?: string;
  onChoose(): void;
};

function Option({ name, on, text, hint, onChoose }: OptionProps) {
  return (
    <label className="option">
      <input type="radio" name={name} checked={on} onChange={onChoose} />
      <span>
        {text}
        {hint && <small>{hint}</small>}
      </span>
    </label>
  );
}
