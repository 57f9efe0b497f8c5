/** Fonts given for decks: uploaded, listed by the families decks ask for, deleted. */
import { Button } from 'antd';
import { useState } from 'react';
import type { Font } from '#contracts/font.ts';
import { request } from '../../api.ts';
import { bytesText } from '../../format.ts';
import { useAct, useAsk } from '../ask.ts';
import { c } from '../common-texts.ts';
import { FileButton } from '../file-button.tsx';
import { at } from '../office-api.ts';
import { pairs } from '../pairs.ts';
import { EmptyState, Part, SendingBar, Waiting } from '../parts.tsx';
import { sendFile } from '../send-file.ts';

const t = pairs({
  title: ['课件字体', 'Fonts for decks'],
  hint: [
    '上传后转换的课件会用到，例如购买了授权的微软雅黑。',
    'Decks converted from now on use them, e.g. ones you have a licence for.',
  ],
  upload: ['上传字体', 'Upload a font'],
  none: ['没有另加的字体', 'No fonts added'],
  noneHint: [
    '课件报告字体被替换时，在这里上传它（TTF 或 OTF）。',
    'When a deck says that a font was replaced, upload it here (TTF or OTF).',
  ],
});

export function Fonts() {
  const { run } = useAct();
  const asked = useAsk((signal) => request<{ fonts: Font[] }>('GET', '/fonts', undefined, signal), []);
  const [percent, setPercent] = useState<number>();
  const send = async (file: File) => {
    setPercent(0);
    await run(
      () => sendFile<Font>(`/fonts?name=${encodeURIComponent(file.name)}`, file, setPercent),
      c('saved'),
    );
    setPercent(undefined);
    asked.again();
  };
  return (
    <Part
      title={t('title')}
      hint={t('hint')}
      extra={
        percent === undefined && (
          <FileButton label={t('upload')} accept=".ttf,.otf" onFile={(file) => void send(file)} />
        )
      }
    >
      <SendingBar percent={percent} />
      <Waiting asked={asked}>
        {({ fonts }) =>
          fonts.length === 0 ? (
            <EmptyState title={t('none')} hint={t('noneHint')} />
          ) : (
            <ul className="plain-list">
              {fonts.map(({ id, name, families, bytes }) => (
                <li key={id}>
                  <span className="grow">
                    <strong>{families.join(' / ')}</strong>{' '}
                    <span className="hint">
                      {name} · {bytesText(bytes)}
                    </span>
                  </span>
                  <Button
                    danger
                    aria-label={`${c('delete')} · ${name}`}
                    onClick={() =>
                      void run(() => request('DELETE', at('fonts', id)), c('deleted')).then(asked.again)
                    }
                  >
                    {c('delete')}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Waiting>
    </Part>
  );
}
