/** What was answered; change it, withdraw it, or agree after having seen the replay. */
import { useState } from 'react';
import type { ConsentAnswer } from '#contracts/access.ts';
import type { ConsentOpened } from '#contracts/consent.ts';
import { deviceId } from '../access/device.ts';
import { api } from '../ui/api.ts';
import { Button } from '../ui/button.tsx';
import { language } from '../ui/i18n.ts';
import { CodeStep } from './code-step.tsx';
import { problemText, type SendAnswer } from './consent-page.tsx';
import { t } from './texts.ts';

export type AnsweredProps = {
  readonly opened: ConsentOpened;
  readonly answer: ConsentAnswer;
  /** Just now, in this page. */
  readonly thanked: boolean;
  readonly token: string;
  readonly send: SendAnswer;
  onEdit(): void;
};

const dateText = (moment: number): string =>
  new Intl.DateTimeFormat(language(), { year: 'numeric', month: 'long', day: 'numeric' }).format(moment);

/** What is confirmed before it is sent. */
type Sure = 'withdraw' | 'agree' | 'watch';

export function Answered({ opened, answer, thanked, token, send, onEdit }: AnsweredProps) {
  const [sure, setSure] = useState<Sure>();
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const shown = answer.replay !== 'nobody';
  const waits = shown && answer.reviewFirst && !answer.reviewed;
  const { replay } = opened;

  /** Not out yet: this device gets the right to it first. Undefined when the page is on its way there. */
  const watch = async (): Promise<string | undefined> => {
    if (!replay) return undefined;
    try {
      if (!opened.confirmed) await api('/api/v1/consent/confirm', { method: 'POST', body: { token, code } });
      await api('/api/v1/consent/review', { method: 'POST', body: { token, device: deviceId() } });
    } catch (error) {
      return problemText(error);
    }
    const [venue, clip, talk] = [replay.venueId, replay.clipId, opened.talk.id].map(encodeURIComponent);
    location.assign(`/replay/${venue}/${clip}?talk=${talk}`);
    return undefined;
  };

  const act = async (what: Sure) => {
    if (!opened.confirmed && code.length !== 6) {
      setSure(what);
      setProblem(sure === what ? t('code.missing') : undefined);
      return;
    }
    setBusy(true);
    if (what === 'watch') {
      setProblem(await watch());
      setBusy(false);
      return;
    }
    const next: ConsentAnswer =
      what === 'agree'
        ? { ...answer, reviewed: true }
        : { replay: 'nobody', download: false, embargo: null, reviewFirst: false, reviewed: false };
    setProblem(await send(next, opened.confirmed ? undefined : code));
    setBusy(false);
    setSure(undefined);
  };
  return (
    <>
      <h2>{t(thanked ? 'done.title' : 'done.titleBefore')}</h2>
      <dl className="answers">
        <Row name={t('done.replay')} text={t(`q.replay.${answer.replay}`)} />
        {shown && <Row name={t('done.download')} text={t(answer.download ? 'done.yes' : 'done.no')} />}
        {shown && (
          <Row
            name={t('done.embargo')}
            text={answer.embargo === null ? t('done.now') : dateText(answer.embargo)}
          />
        )}
        {shown && (
          <Row
            name={t('done.review')}
            text={t(
              !answer.reviewFirst ? 'done.reviewNo' : answer.reviewed ? 'done.reviewed' : 'done.reviewYes',
            )}
          />
        )}
      </dl>
      {opened.answeredAt !== null && (
        <p className="muted">{t('done.at', { at: dateText(opened.answeredAt) })}</p>
      )}
      {waits && !replay && <p className="note">{t('review.none')}</p>}
      {shown && replay && (
        <Button disabled={busy} onClick={() => void act('watch')}>
          {t('review.watch')}
        </Button>
      )}
      {waits && replay && (
        <Button kind="primary" size="large" disabled={busy} onClick={() => void act('agree')}>
          {t('review.agree')}
        </Button>
      )}
      {sure !== undefined && <CodeStep opened={opened} token={token} code={code} onCode={setCode} />}
      {sure === 'withdraw' ? (
        <div className="note letter-acts" role="alertdialog" aria-label={t('done.withdraw')}>
          <p>{t('done.withdrawSure')}</p>
          <Button kind="danger" disabled={busy} onClick={() => void act('withdraw')}>
            {t('done.withdrawYes')}
          </Button>
          <Button onClick={() => setSure(undefined)}>{t('done.back')}</Button>
        </div>
      ) : (
        <>
          <Button onClick={onEdit}>{t('done.change')}</Button>
          {shown && <Button onClick={() => setSure('withdraw')}>{t('done.withdraw')}</Button>}
        </>
      )}
      {problem && (
        <p className="note note-wrong" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

function Row({ name, text }: { name: string; text: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  );
}
