/** The way back to the conference (or the product's name), and the language. */
import type { Sitting } from '#contracts/access.ts';
import { Button } from '../ui/button.tsx';
import { language, setLanguage } from '../ui/i18n.ts';
import { t as shared } from '../ui/texts.ts';

export function TopBar({ conference }: { conference?: Sitting['conference'] | undefined }) {
  const other = language() === 'zh-CN' ? 'en' : 'zh-CN';
  const name =
    conference && (language() === 'en' ? conference.titleEn || conference.titleZh : conference.titleZh);
  return (
    <header className="top">
      {conference ? (
        <a className="brand back" href={`/c/${encodeURIComponent(conference.slug)}`}>
          <span aria-hidden="true">‹</span>
          <span className="back-name">{name}</span>
        </a>
      ) : (
        <span className="brand">{shared('product.name')}</span>
      )}
      <Button
        className="language"
        title={shared('language.label')}
        lang={other}
        onClick={() => setLanguage(other)}
      >
        {shared('language.switch')}
      </Button>
    </header>
  );
}
