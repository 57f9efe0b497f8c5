/** Pages of the installation, for its owner and support: accounts, audit, how the machine does. */
import { usePageSign } from '../../page-sign.ts';
import { type PlatformSection, platformPath } from '../../router.ts';
import { AuditTable } from '../audit/audit-table.tsx';
import { c } from '../common-texts.ts';
import { usePlatformActions } from '../frame.tsx';
import { pairs } from '../pairs.ts';
import { EmptyState } from '../parts.tsx';
import { SideMenu } from '../side-menu.tsx';
import { Accounts } from './accounts.tsx';
import { System } from './system.tsx';

const t = pairs({
  platform: ['平台', 'Platform'],
  accounts: ['账号', 'Accounts'],
  audit: ['操作记录', 'Audit'],
  system: ['系统', 'System'],
  none: ['没有可看的内容', 'Nothing for you here'],
});

export function PlatformPages({ section }: { section: PlatformSection }) {
  usePageSign('none', t(section));
  const actions = usePlatformActions();
  const manages = actions.has('platform.manage');
  const sections: PlatformSection[] = manages
    ? ['accounts', 'audit', 'system']
    : actions.has('system.view')
      ? ['system']
      : [];
  return (
    <div className="office-body">
      <SideMenu
        label={t('platform')}
        items={sections.map((name) => ({ href: platformPath(name), text: t(name), here: name === section }))}
      />
      <main id="main" className="office-main">
        {!sections.includes(section) && <EmptyState title={t('none')} hint={c('notAllowed')} />}
        {sections.includes(section) && section === 'accounts' && <Accounts />}
        {sections.includes(section) && section === 'audit' && <AuditTable path="/audit" csv="/audit.csv" />}
        {sections.includes(section) && section === 'system' && <System />}
      </main>
    </div>
  );
}
