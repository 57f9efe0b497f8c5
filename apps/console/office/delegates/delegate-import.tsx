/** Import of a delegate list: file → columns checked → progress → what was left out and why. */
import { Alert, Button, Checkbox, Modal, Progress, Select, Table } from 'antd';
import { useEffect, useState } from 'react';
import {
  type DelegateColumn,
  type DelegateImport,
  type DelegateList,
  delegateColumns,
} from '#contracts/delegate.ts';
import { language } from '../../../ui/i18n.ts';
import { errorText } from '../../api.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { FileButton } from '../file-button.tsx';
import { TableRegion } from '../listing.tsx';
import { SendingBar } from '../parts.tsx';
import { delegatesApi } from './delegates-api.ts';
import { t } from './texts.ts';
import { valueText } from './value-text.ts';

export function DelegateImportWizard({ list, onClose }: { list: DelegateList; onClose(): void }) {
  const { conference } = useConference();
  const [percent, setPercent] = useState<number>();
  const [problem, setProblem] = useState('');
  const [current, setCurrent] = useState<DelegateImport>();
  const [columns, setColumns] = useState<readonly DelegateColumn[]>([]);
  const [replace, setReplace] = useState(false);
  const [starting, setStarting] = useState(false);
  const running = current?.state === 'running';
  const id = current?.id;

  useEffect(() => {
    if (!running || !id) return;
    const closing = new AbortController();
    const timer = setInterval(() => {
      delegatesApi.import(conference.id, id, closing.signal).then(setCurrent, () => undefined);
    }, 700);
    return () => {
      clearInterval(timer);
      closing.abort();
    };
  }, [running, id, conference.id]);

  const send = async (file: File) => {
    setProblem('');
    setPercent(0);
    try {
      const ready = await delegatesApi.send(conference.id, list.id, file, setPercent);
      setCurrent(ready);
      setColumns(ready.columns.map(({ as }) => as));
    } catch (error) {
      setProblem(errorText(error));
    }
    setPercent(undefined);
  };
  const apply = async (ready: DelegateImport) => {
    setStarting(true);
    setProblem('');
    try {
      setCurrent(await delegatesApi.apply(conference.id, ready.id, { columns: [...columns], replace }));
    } catch (error) {
      setProblem(errorText(error));
    }
    setStarting(false);
  };

  return (
    <Modal
      open
      width={820}
      title={t('importTitle', { name: list.name })}
      onCancel={onClose}
      footer={
        current?.state === 'ready' ? (
          <Button type="primary" loading={starting} onClick={() => void apply(current)}>
            {t('start')}
          </Button>
        ) : (
          <Button onClick={onClose}>{c('close')}</Button>
        )
      }
    >
      {!current && (
        <>
          <p className="hint">{t('chooseHint')}</p>
          {percent === undefined && (
            <FileButton
              label={t('choose')}
              accept=".xlsx,.csv,.txt"
              onFile={(file) => void send(file)}
              primary
            />
          )}
          <SendingBar percent={percent} />
        </>
      )}
      {current?.state === 'ready' && (
        <Columns current={current} columns={columns} onChange={setColumns}>
          <Checkbox checked={replace} onChange={(event) => setReplace(event.target.checked)}>
            {t('replace')}
          </Checkbox>
        </Columns>
      )}
      {running && (
        <div role="status">
          <Progress
            percent={Math.floor((current.bytes.read * 100) / Math.max(1, current.bytes.all))}
            status="active"
            aria-label={t('running')}
          />
          <p>{t('running')}</p>
        </div>
      )}
      {current?.state === 'failed' && (
        <Alert type="error" showIcon title={t('failed')} description={failureText(current.failure)} />
      )}
      {current?.state === 'done' && <Outcome done={current} />}
      {problem !== '' && <Alert type="error" showIcon title={problem} style={{ marginTop: 12 }} />}
    </Modal>
  );
}

const failureText = (failure: DelegateImport['failure']): string =>
  failure?.message[language() === 'en' ? 'en' : 'zh'] ?? '';

function Columns({
  current,
  columns,
  onChange,
  children,
}: {
  current: DelegateImport;
  columns: readonly DelegateColumn[];
  onChange(columns: readonly DelegateColumn[]): void;
  children: React.ReactNode;
}) {
  const options = delegateColumns.map((value) => ({ value, label: t(`as.${value}`) }));
  return (
    <>
      <p>{t('columns')}</p>
      <TableRegion label={t('columns')}>
        <Table
          pagination={false}
          rowKey={(row) => row.join('\t')}
          dataSource={current.sample}
          columns={current.columns.map(({ heading }, k) => ({
            title: (
              <>
                <div>{heading || t('noHeading', { n: k + 1 })}</div>
                <Select
                  aria-label={heading || t('noHeading', { n: k + 1 })}
                  style={{ minWidth: 130 }}
                  value={columns[k] ?? 'none'}
                  options={options}
                  onChange={(as) => onChange(columns.map((old, i) => (i === k ? as : old)))}
                />
              </>
            ),
            key: String(k),
            render: (_: unknown, row: string[]) => row[k],
          }))}
        />
      </TableRegion>
      <p>{children}</p>
    </>
  );
}

function Outcome({ done }: { done: DelegateImport }) {
  const { added, changed, same, removed, errors } = done.counts;
  return (
    <>
      <Alert
        type={errors > 0 ? 'warning' : 'success'}
        showIcon
        title={t('done', { added, changed, same, removed, errors })}
      />
      {done.errors.length > 0 && (
        <>
          <h3>{t('rowsLeftOut')}</h3>
          <TableRegion label={t('rowsLeftOut')}>
            <Table
              size="small"
              rowKey={({ row, kind }) => `${row} ${kind}`}
              dataSource={done.errors}
              pagination={{ pageSize: 20, showSizeChanger: false, hideOnSinglePage: true }}
              columns={[
                { title: t('row'), dataIndex: 'row' },
                { title: t('why'), render: (_, row) => t(`why.${row.kind}`) },
                { title: t('value'), render: (_, row) => valueText(row) },
              ]}
            />
          </TableRegion>
        </>
      )}
    </>
  );
}
