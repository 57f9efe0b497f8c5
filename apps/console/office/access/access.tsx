/** Who may watch: rules, codes, grants, who is watching. */
import { Section } from '../parts.tsx';
import { Tabs } from '../tabs.tsx';
import { Codes } from './codes.tsx';
import { Grants } from './grants.tsx';
import { Rules } from './rules.tsx';
import { Sittings } from './sittings.tsx';
import { t } from './texts.ts';

export function Access() {
  return (
    <Section title={t('title')}>
      <Tabs
        label={t('title')}
        items={[
          { key: 'rules', label: t('rules'), children: <Rules /> },
          { key: 'codes', label: t('codes'), children: <Codes /> },
          { key: 'grants', label: t('grants'), children: <Grants /> },
          { key: 'sittings', label: t('sittings'), children: <Sittings /> },
        ]}
      />
    </Section>
  );
}
