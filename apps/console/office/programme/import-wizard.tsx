/** Import of a programme: a file or an address → what would be written, row by row → written. */
import { Alert, Button, Checkbox, Input, Modal, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import type { ImportPreview, ImportResult } from '#contracts/conference.ts';
import { language } from '../../../ui/i18n.ts';
import { errorText } from '../../api.ts';
import { useAct } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { FileButton } from '../file-button.tsx';
import { TableRegion } from '../listing.tsx';
import { SendingBar } from '../parts.tsx';
import { programmeApi } from './programme-api.ts';
import { t } from './texts.ts';
import { wallText } from './zone.ts';

const accept = '.xlsx,.ics,.json,application/json,text/calendar';

export function ImportWizard({ onClose }: { onClose(changed: boolean): void }) {
  const { conference } = useConference();
  const { busy, run } = useAct();
  const [percent, setPercent] = useState<number>();
  const [problem, setProblem] = useState('');
  const [url, setUrl] = useState('');
  const [preview, setPreview] = useState<ImportPreview>();
  const [cancelMissing, setCancelMissing] = useState(false);
  const [result, setResult] = useState<ImportResult>();
  const look = async (asking: () => Promise<ImportPreview>) => {
    setProblem('');
    try {
      setPreview(await asking());
    } catch (error) {
      setProblem(errorText(error));
    }
    setPercent(undefined);
  };
  const send = (file: File) => {
    setPercent(0);
    void look(() => programmeApi.preview(conference.id, file, setPercent));
  };
  const apply = ({ id }: ImportPreview) =>
    run(async () => setResult(await programmeApi.apply(conference.id, id, cancelMissing)));
  const undo = () => {
    const change = result?.change;
    if (change == null) return;
    void run(() => programmeApi.undo(conference.id, change), c('undone')).then(
      (done) => done && onClose(true),
    );
  };
  const writes = preview
    ? preview.counts.add + preview.counts.change + (cancelMissing ? preview.missing.length : 0)
    : 0;
  return (
    <Modal
      open
      width={1080}
      title={t('importTitle')}
      onCancel={() => onClose(result !== undefined)}
      footer={
        result ? (
          <Space>
            {result.change !== null && (
              <Button loading={busy} onClick={undo}>
                {t('undo')}
              </Button>
            )}
            <Button type="primary" onClick={() => onClose(true)}>
              {c('close')}
            </Button>
          </Space>
        ) : // Null, not undefined: that would be the library's own pair of buttons.
        preview ? (
          <Space wrap>
            <Button onClick={() => setPreview(undefined)}>{t('again')}</Button>
            <Button type="primary" loading={busy} disabled={writes === 0} onClick={() => void apply(preview)}>
              {writes === 0
                ? t('nothingToApply')
                : preview.counts.error > 0
                  ? t('applyDespite', { count: writes })
                  : t('apply')}
            </Button>
          </Space>
        ) : null
      }
    >
      {!preview && !result && (
        <>
          <p className="hint">{t('importHint')}</p>
          {percent === undefined ? (
            <>
              <div className="row">
                <FileButton label={t('chooseFile')} accept={accept} primary onFile={send} />
                <Button type="link" href={programmeApi.templateUrl(conference.id)}>
                  {t('template')}
                </Button>
              </div>
              <p className="hint" style={{ marginTop: 16 }}>
                {t('fromUrl')}
              </p>
              <Space.Compact block>
                <Input
                  aria-label={t('url')}
                  placeholder="https://"
                  inputMode="url"
                  value={url}
                  onChange={({ target }) => setUrl(target.value)}
                />
                <Button
                  disabled={!/^https?:\/\/\S+$/.test(url)}
                  onClick={() => {
                    setPercent(100);
                    void look(() => programmeApi.previewUrl(conference.id, url));
                  }}
                >
                  {t('read')}
                </Button>
              </Space.Compact>
            </>
          ) : (
            <SendingBar percent={percent} />
          )}
        </>
      )}
      {problem !== '' && <Alert type="error" showIcon title={problem} style={{ marginTop: 12 }} />}
      {preview && !result && (
        <Preview preview={preview}>
          {preview.missing.length > 0 && (
            <p>
              {t('missing', { count: preview.missing.length })}
              {c('colon')}
              {preview.missing
                .slice(0, 5)
                .map(({ title }) => title)
                .join(c('comma'))}
              {preview.missing.length > 5 && '…'}{' '}
              <Checkbox checked={cancelMissing} onChange={({ target }) => setCancelMissing(target.checked)}>
                {t('cancelMissing')}
              </Checkbox>
            </p>
          )}
        </Preview>
      )}
      {result && (
        <Alert
          type="success"
          showIcon
          title={t('applied', { ...result.counts, cancelled: result.cancelled })}
        />
      )}
    </Modal>
  );
}

const colours = { add: 'green', change: 'blue', same: 'default', skip: 'default', error: 'red' } as const;

function Preview({ preview, children }: { preview: ImportPreview; children: React.ReactNode }) {
  const { conference } = useConference();
  const [only, setOnly] = useState(preview.counts.error > 0);
  const remarked = preview.rows.filter(({ problems }) => problems.length > 0);
  const rows = only ? remarked : preview.rows;
  return (
    <>
      <Alert
        type={preview.counts.error > 0 ? 'warning' : 'info'}
        showIcon
        title={t('counts', preview.counts)}
      />
      {preview.newVenues.length > 0 && <p>{t('newVenues', { names: preview.newVenues.join(c('comma')) })}</p>}
      {children}
      <p>
        <Checkbox checked={only} onChange={({ target }) => setOnly(target.checked)}>
          {t('onlyProblems', { count: remarked.length })}
        </Checkbox>
      </p>
      <TableRegion label={t('rows')}>
        <Table
          size="small"
          dataSource={rows}
          rowKey={({ sheet, row }) => `${sheet}!${row}`}
          pagination={{ pageSize: 50, showSizeChanger: false, hideOnSinglePage: true }}
          columns={[
            {
              title: t('row'),
              className: 'digits',
              render: (_, { sheet, row }) => (sheet ? `${sheet} ${row}` : row),
            },
            {
              title: t('action'),
              render: (_, { action }) => <Tag color={colours[action]}>{t(`action.${action}`)}</Tag>,
            },
            {
              title: t('time'),
              className: 'digits',
              render: (_, { start, minutes }) =>
                start === null
                  ? '—'
                  : `${wallText(start, conference.timeZone)}${minutes === null ? '' : ` · ${minutes}′`}`,
            },
            { title: t('venue'), dataIndex: 'venue' },
            { title: t('session'), dataIndex: 'session' },
            { title: t('talkTitle'), dataIndex: 'title' },
            {
              title: t('speakers'),
              render: (_, { speakers }) => speakers.map(({ name }) => name).join(c('comma')),
            },
            {
              title: t('problems'),
              render: (_, { problems }) =>
                problems.map(({ zh, en, fatal }) => (
                  <div key={zh} className={fatal ? 'bad-words' : 'warning-words'}>
                    {language() === 'en' ? en : zh}
                  </div>
                )),
            },
          ]}
        />
      </TableRegion>
    </>
  );
}
