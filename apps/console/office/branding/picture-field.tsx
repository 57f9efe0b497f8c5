/** A picture (or mp4) of the conference: shown, replaced with progress, taken away. Value: its path on this server, or null. */
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { errorText } from '../../api.ts';
import { useConference } from '../conference-context.ts';
import { FileButton } from '../file-button.tsx';
import { officeApi } from '../office-api.ts';
import { SendingBar } from '../parts.tsx';
import { t } from './texts.ts';

type PictureFieldProps = {
  readonly label: string;
  /** mp4 too. */
  readonly video?: boolean;
  readonly value?: string | null;
  onChange?(path: string | null): void;
};

const isVideo = (path: string): boolean => path.endsWith('.mp4');

export function PictureField({ label, video, value = null, onChange }: PictureFieldProps) {
  const { conference } = useConference();
  const [percent, setPercent] = useState<number>();
  const [problem, setProblem] = useState('');
  const send = async (file: File) => {
    setProblem('');
    setPercent(0);
    try {
      onChange?.(await officeApi.sendPicture(conference.id, file, setPercent));
    } catch (error) {
      setProblem(errorText(error));
    }
    setPercent(undefined);
  };
  return (
    <div className="picture-field">
      {value &&
        (isVideo(value) ? (
          <video src={value} muted controls aria-label={label} />
        ) : (
          <img src={value} alt={label} />
        ))}
      {percent === undefined && (
        <>
          <FileButton
            label={t(value ? 'replace' : 'choose')}
            name={`${t(value ? 'replace' : 'choose')} · ${label}`}
            accept={video ? 'image/*,video/mp4' : 'image/*'}
            onFile={(file) => void send(file)}
          />
          {value && (
            <Button aria-label={`${t('remove')} · ${label}`} onClick={() => onChange?.(null)}>
              {t('remove')}
            </Button>
          )}
        </>
      )}
      <SendingBar percent={percent} />
      {problem !== '' && <Alert type="error" showIcon title={problem} />}
    </div>
  );
}
