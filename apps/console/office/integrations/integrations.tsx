/** API keys and webhooks of a conference. */
import { Section } from '../parts.tsx';
import { ApiKeys } from './api-keys.tsx';
import { t } from './texts.ts';
import { Webhooks } from './webhooks.tsx';

export function Integrations() {
  return (
    <Section title={t('title')}>
      <ApiKeys />
      <Webhooks />
    </Section>
  );
}
