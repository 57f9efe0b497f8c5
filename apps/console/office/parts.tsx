/** What every office page is put together from: heading, empty state, failure, texts to copy. */
import { CopyOutlined } from '@ant-design/icons';
import { Alert, App, Button, Input, Progress, Skeleton, Space } from 'antd';
import { type ReactNode, useId } from 'react';
import { errorText } from '../api.ts';
import { copyText } from '../copy.tsx';
import type { Asked } from './ask.ts';
import { c } from './common-texts.ts';

export function Section({
  title,
  extra,
  children,
}: {
  title: string;
  extra?: ReactNode;
  children: ReactNode;
}) {
  return (
    <>
      <div className="section-head">
        <h1>{title}</h1>
        {extra && <div className="section-extra">{extra}</div>}
      </div>
      {children}
    </>
  );
}

/** A titled part of a page. */
export function Part({
  title,
  hint,
  extra,
  children,
}: {
  title: string;
  hint?: string;
  extra?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className="part" aria-labelledby={id}>
      <div className="part-head">
        <h2 id={id}>{title}</h2>
        {extra && <div className="section-extra">{extra}</div>}
      </div>
      {hint && <p className="hint">{hint}</p>}
      {children}
    </section>
  );
}

/** Says what to do when there is nothing yet. */
export function EmptyState({ title, hint, children }: { title: string; hint: string; children?: ReactNode }) {
  return (
    <div className="empty-state">
      <p className="empty-title">{title}</p>
      <p>{hint}</p>
      {children}
    </div>
  );
}

export function Failure({ error, again }: { error: unknown; again(): void }) {
  return (
    <Alert
      type="error"
      showIcon
      title={c('failed')}
      description={errorText(error)}
      action={<Button onClick={again}>{c('retry')}</Button>}
    />
  );
}

/** The answer when it is there; else that it is on its way, or why it did not come. */
export function Waiting<T>({ asked, children }: { asked: Asked<T>; children(data: T): ReactNode }) {
  if (asked.data === undefined) {
    return asked.error === undefined ? (
      <div role="status" aria-label={c('loading')}>
        <Skeleton active />
      </div>
    ) : (
      <Failure error={asked.error} again={asked.again} />
    );
  }
  return (
    <>
      {asked.error !== undefined && <Failure error={asked.error} again={asked.again} />}
      {children(asked.data)}
    </>
  );
}

/** A text that is only there to be copied. */
export function CopyField({ label, text }: { label: string; text: string }) {
  const { message } = App.useApp();
  const copy = () =>
    void copyText(text).then((done) =>
      done ? message.success(c('copied')) : message.warning(c('copyFailed')),
    );
  return (
    <Space.Compact block>
      <Input readOnly value={text} aria-label={label} onFocus={(event) => event.target.select()} />
      <Button
        icon={<CopyOutlined aria-hidden="true" />}
        aria-label={`${c('copy')} · ${label}`}
        onClick={copy}
      >
        {c('copy')}
      </Button>
    </Space.Compact>
  );
}

/** Of a file on its way; undefined: nothing is sent. */
export function SendingBar({ percent }: { percent: number | undefined }) {
  if (percent === undefined) return null;
  return (
    <div role="status">
      <Progress percent={percent} status="active" aria-label={c('sending', { percent })} />
      <span>{percent < 100 ? c('sending', { percent }) : c('working')}</span>
    </div>
  );
}
