/** How the machine does: database, disk, version; and the fonts given for decks. */
import { Alert, Progress, Tag } from 'antd';
import { api } from '../../api.ts';
import { bytesText, roughTime } from '../../format.ts';
import { useAsk } from '../ask.ts';
import { usePlatformActions } from '../frame.tsx';
import { pairs } from '../pairs.ts';
import { Part, Section, Waiting } from '../parts.tsx';
import { timeText } from '../words.ts';
import { Fonts } from './fonts.tsx';

const t = pairs({
  title: ['系统', 'System'],
  machine: ['运行情况', 'How it does'],
  database: ['数据库', 'Database'],
  up: ['正常', 'Up'],
  down: ['连不上', 'Down'],
  version: ['版本', 'Version'],
  since: ['启动于', 'Started'],
  disk: ['磁盘', 'Disk'],
  used: ['已用', 'Used'],
  free: ['剩余 {free}，共 {total}', '{free} free of {total}'],
  rate: ['写入速度', 'Being written'],
  perSecond: ['{bytes}/秒', '{bytes}/s'],
  left: ['按此速度还能录', 'Room for at that rate'],
  full: [
    '磁盘已满，录制已停止。请删除旧回放。',
    'The disk is full and recording has stopped. Delete old replays.',
  ],
  low: [
    '磁盘空间不足。请删除旧回放，或换更大的磁盘。',
    'The disk runs low. Delete old replays or take a larger one.',
  ],
});

export function System() {
  const asked = useAsk(api.system, [], 10_000);
  const manages = usePlatformActions().has('platform.manage');
  return (
    <Section title={t('title')}>
      <Waiting asked={asked}>
        {({ version, startedAt, database, disk }) => (
          <div className="part-grid">
            <Part title={t('machine')}>
              <dl className="facts">
                <dt>{t('database')}</dt>
                <dd>
                  <Tag color={database === 'up' ? 'green' : 'red'}>{t(database)}</Tag>
                </dd>
                <dt>{t('version')}</dt>
                <dd className="digits">{version}</dd>
                <dt>{t('since')}</dt>
                <dd className="digits">{timeText(startedAt)}</dd>
              </dl>
            </Part>
            <Part title={t('disk')}>
              {disk.state !== 'ok' && (
                <Alert type={disk.state === 'full' ? 'error' : 'warning'} showIcon title={t(disk.state)} />
              )}
              <Progress
                aria-label={t('used')}
                percent={Math.round((1 - disk.freeBytes / Math.max(1, disk.totalBytes)) * 100)}
                status={disk.state === 'full' ? 'exception' : 'normal'}
              />
              <dl className="facts">
                <dt>{t('disk')}</dt>
                <dd>{t('free', { free: bytesText(disk.freeBytes), total: bytesText(disk.totalBytes) })}</dd>
                <dt>{t('rate')}</dt>
                <dd>{t('perSecond', { bytes: bytesText(disk.writeRate) })}</dd>
                {disk.secondsLeft !== null && (
                  <>
                    <dt>{t('left')}</dt>
                    <dd>{roughTime(disk.secondsLeft)}</dd>
                  </>
                )}
              </dl>
            </Part>
          </div>
        )}
      </Waiting>
      {manages && <Fonts />}
    </Section>
  );
}
