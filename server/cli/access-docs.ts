/** docs/access.md: who may do what, from the matrix that the server enforces and the routes that it has. */
import {
  conferenceActions,
  conferenceMatrix,
  conferenceRoles,
  platformActions,
  platformMatrix,
  platformRoles,
} from '#contracts/roles.ts';
import type { ListedRoute } from '../http/route-list.ts';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
const mark = (may: boolean): string => (may ? '✓' : '');

export function describeAccess(routes: readonly ListedRoute[]): string {
  const acts = [...platformActions, ...conferenceActions];
  const matrix = table(
    ['action', ...platformRoles.map((role) => `platform: ${role}`), ...conferenceRoles],
    acts.map((action) => [
      `\`${action}\``,
      ...platformRoles.map((role) => mark(platformMatrix[role].includes(action))),
      ...conferenceRoles.map((role) => mark((conferenceMatrix[role] as readonly string[]).includes(action))),
    ]),
  );
  const api = routes.filter(({ url }) => url.startsWith('/api/'));
  const listed = table(
    ['route', 'needs', 'of', 'what'],
    api
      .map(({ method, url, needs, of, orPresenter, summary }) => [
        `\`${method} ${url}\``,
        `${needs ?? ''}${orPresenter ? ', or presenter' : ''}`,
        needs === 'nobody' || needs === 'person' ? '' : (of ?? ''),
        summary ?? '',
      ])
      .sort((a, b) => sortKey(a[0]).localeCompare(sortKey(b[0]))),
  );
  return `# Who may do what

Written by a test from \`contracts/roles.ts\` and the routes of the running server; the same test calls every route as everyone.
After a change: \`ROSTRUM_WRITE_DOCS=1 npx vitest run --project unit server/http/access-matrix.test.ts\`.

Platform roles hold in the whole installation, conference roles in one conference; a person may have several. Viewers and delegates
have none: rules decide what they watch (docs/access-rules.md). Without a log-in the answer is 401, for a conference one has no role in
it is 404, as for one that does not exist, and with a role that is not enough 403. API keys have actions of their own, in their
conference only. An archived conference can be looked at, exported, taken back and deleted, not changed.

## Matrix

${matrix}

## Routes

\`nobody\`: public. \`person\`: any log-in. \`or presenter\`: the cookie of a presenter's link to that talk is enough.

${listed}
`;
}

/** By address, then by method. */
const sortKey = (cell = ''): string => cell.replaceAll('`', '').split(' ').reverse().join(' ');
