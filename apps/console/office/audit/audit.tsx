/** What the staff did in a conference. */
import { useConference } from '../conference-context.ts';
import { ofConference } from '../office-api.ts';
import { AuditTable } from './audit-table.tsx';

export function ConferenceAudit() {
  const { conference, may } = useConference();
  const path = ofConference(conference.id, '/audit');
  return <AuditTable path={path} csv={may('data.export') ? `${path}.csv` : undefined} />;
}
