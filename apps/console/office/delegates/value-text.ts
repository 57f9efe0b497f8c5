/** What stands in a row that was left out, in the words of the page. */
import { type DelegateImport, delegateColumns } from '#contracts/delegate.ts';
import { t } from './texts.ts';

type RowError = DelegateImport['errors'][number];

export function valueText({ kind, detail }: Pick<RowError, 'kind' | 'detail'>): string {
  if (kind === 'duplicate') return t('repeats', { row: detail });
  if (kind === 'idTail') return t('characters', { count: Number.parseInt(detail, 10) });
  const column = kind === 'long' && delegateColumns.find((one) => detail.startsWith(`${one}: `));
  return column ? `${t(`as.${column}`)}：${detail.slice(column.length + 2)}` : detail;
}
