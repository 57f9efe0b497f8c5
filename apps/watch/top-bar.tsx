/** The product's name and the language. */
import { Button } from '../ui/button.tsx';
import { language, setLanguage } from '../ui/i18n.ts';
import { t as shared } from '../ui/texts.ts';

export function TopBar() {
  const other = language() === 'zh-CN' ? 'en' : 'zh-CN';
  return (
    <header className="top">
      <span className="brand">{shared('product.name')}</span>
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
