/** The page of who is not let in (yet): the picture's place with the reason, and the ways in below it. */
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import type { AccessLabel, Sitting } from '#contracts/access.ts';
import type { Refusal } from '../../access/admission.ts';
import { t as shared } from '../../ui/texts.ts';
import { isEmbed } from '../address.ts';
import { SpinnerMark } from '../art.tsx';
import { TopBar } from '../top-bar.tsx';
import { GateNotice, type What } from './gate-notice.tsx';
import { t } from './texts.ts';
import './gate.css';

const GatePanel = lazy(() => import('./gate-panel.tsx'));

export type GateScreenProps = {
  readonly sitting: Sitting | undefined;
  /** Undefined while it is being asked. */
  readonly refusal: Refusal | undefined;
  readonly what: What;
  readonly label: AccessLabel | undefined;
  /** Server clock − ours, ms. */
  readonly offset: number;
  onAsk(takeOver?: boolean): Promise<unknown>;
  readonly children?: ReactNode;
};

export function GateScreen({ sitting, refusal, what, label, offset, onAsk, children }: GateScreenProps) {
  const embed = isEmbed(location.pathname);
  const title = sitting?.title;
  useEffect(() => {
    document.title = title ?? shared('product.name');
  });
  return (
    <div className={embed ? 'page page-embed' : 'page'}>
      {!embed && <TopBar conference={sitting?.conference} />}
      <main>
        <section className="stage stage-gate" aria-label={title ?? shared('product.name')}>
          <div className="stage-main">
            {refusal ? (
              <GateNotice refusal={refusal} what={what} label={label} now={Date.now() + offset} />
            ) : (
              <div className="screen screen-connecting" role="status">
                <SpinnerMark />
                <p>{t('asking')}</p>
              </div>
            )}
          </div>
        </section>
        {title && (
          <section className="about">
            <h1>{title}</h1>
          </section>
        )}
        {sitting && refusal && (
          <Suspense fallback={null}>
            <GatePanel sitting={sitting} refusal={refusal} onAsk={onAsk} />
          </Suspense>
        )}
        {children}
      </main>
    </div>
  );
}
