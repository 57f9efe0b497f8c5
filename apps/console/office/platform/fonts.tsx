/** Fonts given for decks: a deck that asks for one of them looks as it did at the speaker's desk. */
import { App, Button, Progress } from 'antd';
import { useState } from 'react';
import { z } from 'zod';
import { type Font, fontLimits, fontSchema } from '#contracts/font.ts';
import { request } from '../../api.ts';
import { bytesText } from '../../format.ts';
import { useAct, useAsk } from '../ask.ts';
import { c } from '../common-texts.ts';
import { FileButton } from '../file-button.tsx';
import { at } from '../office-api.ts';
import { pairs } from '../pairs.ts';
import { Part, Waiting } from '../parts.tsx';
import { sendFile } from '../send-file.ts';

const t = pairs({
  title: ['课件字体', 'Fonts for decks'],
  hint: [
    '上传 TTF 或 OTF 字体（每个不超过 30 MB），之后上传的课件即可使用；已转换的课件不变。请确认您有权使用该字体。',
    'Upload TTF or OTF files (30 MB each at most). Decks uploaded afterwards may use them; those converted already stay as they are. Make sure you may use the font.',
  ],
  add: ['上传字体', 'Upload a font'],
  added: ['字体已添加', 'Font added'],
  none: [
    '还没有上传字体。内置思源黑体、思源宋体和常用西文替代字体。',
    'No fonts yet. Noto Sans SC, Noto Serif SC and stand-ins for common Latin fonts are built in.',
  ],
  sent: ['已上传', 'Uploaded'],
  tooLarge: ['字体文件不能超过 30 MB', 'A font is at most 30 MB'],
  deleteTitle: ['删除字体“{name}”？', 'Delete the font “{name}”?'],
  deleteBody: ['之后上传的课件将用替代字体。', 'Decks uploaded afterwards will use a stand-in.'],
  delete: ['删除', 'Delete'],
});

const listSchema = z.object({ fonts: z.array(fontSchema) });
const list = async (signal: AbortSignal): Promise<readonly Font[]> =>
  listSchema.parse(await request<unknown>('GET', '/fonts', undefined, signal)).fonts;

export function Fonts() {
  const asked = useAsk(list, []);
  const { run, busy } = useAct();
  const { modal, message } = App.useApp();
  const [percent, setPercent] = useState<number>();
  const add = async (file: File): Promise<void> => {
    if (file.size > fontLimits.bytes) {
      void message.error(t('tooLarge'));
      return;
    }
    // Raw bytes: what a browser thinks of the kind of file does not matter.
    const bytes = file.slice(0, file.size, 'application/octet-stream');
    const path = `/fonts?name=${encodeURIComponent(file.name.slice(-255))}`;
    setPercent(0);
    if (await run(() => sendFile<unknown>(path, bytes, setPercent), t('added'))) asked.again();
    setPercent(undefined);
  };
  const remove = ({ id, name }: Font) =>
    void modal.confirm({
      title: t('deleteTitle', { name }),
      content: t('deleteBody'),
      okText: t('delete'),
      okButtonProps: { danger: true },
      cancelText: c('cancel'),
      onOk: () => run(() => request<unknown>('DELETE', at('fonts', id))).then(asked.again),
    });
  return (
    <Part
      title={t('title')}
      hint={t('hint')}
      extra={
        <FileButton label={t('add')} accept=".ttf,.otf" disabled={busy} onFile={(file) => void add(file)} />
      }
    >
      {percent !== undefined && <Progress aria-label={t('sent')} percent={percent} />}
      <Waiting asked={asked}>
        {(fonts) =>
          fonts.length === 0 ? (
            <p>{t('none')}</p>
          ) : (
            <dl className="facts">
              {fonts.map((font) => (
                <FontRow key={font.id} font={font} onDelete={() => remove(font)} />
              ))}
            </dl>
          )
        }
      </Waiting>
    </Part>
  );
}

function FontRow({ font, onDelete }: { font: Font; onDelete(): void }) {
  return (
    <>
      <dt>{font.families.join(' / ')}</dt>
      <dd>
        {font.name} · <span className="digits">{bytesText(font.bytes)}</span>{' '}
        <Button size="small" danger aria-label={`${t('delete')} ${font.name}`} onClick={onDelete}>
          {t('delete')}
        </Button>
      </dd>
    </>
  );
}
