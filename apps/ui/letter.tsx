/** Frame of a page that asks one person one thing. */
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { language, setLanguage } from './i18n.ts';
import { t } from './texts.ts';

export type LetterProps = {
  readonly children: ReactNode;
  readonly support?: {
    readonly title: string;
    readonly name: string;
    readonly phone: string;
    readonly email: string;
  };
};

export function Letter({ children, support }: LetterProps) {
  const other = language() === 'zh-CN' ? 'en' : 'zh-CN';
  const reachable = support && (support.name || support.phone || support.email);
  return (
    <div className="letter">
      <header className="letter-top">
        <a className="letter-brand" href="/">
          {t('product.name')}
        </a>
        <Button lang={other} title={t('language.label')} onClick={() => setLanguage(other)}>
          {t('language.switch')}
        </Button>
      </header>
      <main className="letter-acts">{children}</main>
      {reachable && (
        <footer className="letter-support">
          <p className="muted">{support.title}</p>
          <p>
            {support.name && <span>{support.name}</span>}
            {support.phone && <a href={`tel:${support.phone.replace(/[^\d+]/g, '')}`}>{support.phone}</a>}
            {support.email && <a href={`mailto:${support.email}`}>{support.email}</a>}
          </p>
        </footer>
      )}
    </div>
  );
}
