/** Where encoders push: server, key and whole address of each track; changing, blocking and signing them. */
import { type FormEvent, useState } from 'react';
import type { PushKey, Venue, VenueStatus } from '#contracts/venue.ts';
import { Button } from '../ui/button.tsx';
import { api, errorText, type SignedUrl } from './api.ts';
import { CopyButton } from './copy.tsx';
import { Confirm } from './dialog.tsx';
import { dateText } from './format.ts';
import { typedNumber, validHours } from './settings-form.ts';
import { t } from './texts.ts';

type PushProps = { venue: Venue; status: VenueStatus; lost: boolean; onChange(): void };

export function PushAddresses({ venue, status, lost, onChange }: PushProps) {
  const server = venue.keys[0]?.server ?? '';
  return (
    <section className="card" aria-labelledby="push-title">
      <h2 id="push-title">{t('push.title')}</h2>
      {venue.signedPush && <p className="note">{t('push.signedNeeded')}</p>}
      {venue.keys.map((key) => (
        <TrackAddress
          key={key.track}
          venue={venue}
          push={key}
          status={status}
          lost={lost}
          onChange={onChange}
        />
      ))}
      <details>
        <summary>{t('push.hints')}</summary>
        <p>{t('push.hintObs')}</p>
        <p>{t('push.hintFfmpeg')}</p>
        <pre>
          {`ffmpeg -re -i input.mp4 -c:v libx264 -preset veryfast -tune zerolatency -g 50 -b:v 4M -c:a aac -b:a 128k -ac 2 -f flv "${server}/${t('push.keyWord')}"`}
        </pre>
        <p>{t('push.hintHardware')}</p>
      </details>
    </section>
  );
}

type TrackAddressProps = PushProps & { push: PushKey };

function TrackAddress({ venue, push, status, lost, onChange }: TrackAddressProps) {
  const { track } = push;
  const [shown, setShown] = useState(false);
  const [asking, setAsking] = useState<'rotate' | 'block'>();
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const name = t(`track.${track}`);
  const blocked = status.tracks[track].blocked;
  const pushing = status.tracks[track].publisher !== null;
  const hidden = '•'.repeat(12);

  async function unblock() {
    setBusy(true);
    setFailure(undefined);
    try {
      await api.unblock(venue.id, track);
      onChange();
    } catch (error) {
      setFailure(errorText(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="push-track">
      <h3>
        {name}
        {!lost && (
          <span className={`tag ${blocked ? 'tag-bad' : pushing ? 'tag-good' : ''}`}>
            {blocked ? t('push.blocked') : pushing ? t('push.pushing') : t('push.idle')}
          </span>
        )}
      </h3>
      <Line name={t('push.server')} value={push.server}>
        <CopyButton text={push.server} label={t('app.copy')} name={`${t('push.copyServer')} · ${name}`} />
      </Line>
      {push.secureServer && (
        <Line name={t('push.secureServer')} value={push.secureServer}>
          <CopyButton
            text={push.secureServer}
            label={t('app.copy')}
            name={`${t('push.copySecureServer')} · ${name}`}
          />
        </Line>
      )}
      <Line name={t('push.key')} value={shown ? push.key : hidden}>
        <Button
          aria-pressed={shown}
          aria-label={`${t(shown ? 'push.hide' : 'push.reveal')} · ${name}`}
          onClick={() => setShown(!shown)}
        >
          {t(shown ? 'push.hideShort' : 'push.revealShort')}
        </Button>
        <CopyButton text={push.key} label={t('app.copy')} name={`${t('push.copyKey')} · ${name}`} />
      </Line>
      <Line name={t('push.url')} value={shown ? push.url : push.url.replace(push.key, hidden)}>
        <CopyButton text={push.url} label={t('app.copy')} name={`${t('push.copyUrl')} · ${name}`} />
      </Line>
      <SignedAddress key={push.key} venue={venue} push={push} />
      {failure && (
        <p className="problem" role="alert">
          {failure}
        </p>
      )}
      <div className="button-row">
        <Button aria-label={`${t('push.rotate')} · ${name}`} onClick={() => setAsking('rotate')}>
          {t('push.rotate')}
        </Button>
        {blocked ? (
          <Button
            kind="primary"
            disabled={busy}
            aria-label={`${t('push.unblock')} · ${name}`}
            onClick={() => void unblock()}
          >
            {t('push.unblock')}
          </Button>
        ) : (
          <Button
            className="danger-line"
            aria-label={`${t('push.block')} · ${name}`}
            onClick={() => setAsking('block')}
          >
            {t('push.block')}
          </Button>
        )}
      </div>
      {asking && (
        <Confirm
          title={t(asking === 'rotate' ? 'push.rotateTitle' : 'push.blockTitle', { track: name })}
          body={t(asking === 'rotate' ? 'push.rotateBody' : 'push.blockBody')}
          confirm={t(asking === 'rotate' ? 'push.rotateConfirm' : 'push.blockConfirm')}
          act={async () => {
            await (asking === 'rotate' ? api.rotate(venue.id, track) : api.block(venue.id, track));
            onChange();
          }}
          onClose={() => setAsking(undefined)}
        />
      )}
    </div>
  );
}

function Line({ name, value, children }: { name: string; value: string; children: React.ReactNode }) {
  return (
    <div className="address-line">
      <span className="address-name">{name}</span>
      <code>{value}</code>
      <span className="button-row">{children}</span>
    </div>
  );
}

function SignedAddress({ venue, push }: { venue: Venue; push: PushKey }) {
  const [hours, setHours] = useState('24');
  const [signed, setSigned] = useState<SignedUrl>();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  if (!venue.signedPush) return null;
  const id = `hours-${push.track}`;

  async function sign(event: FormEvent) {
    event.preventDefault();
    if (!validHours(hours)) return setProblem(t('push.hoursInvalid'));
    setBusy(true);
    setProblem(undefined);
    try {
      setSigned(await api.signedUrl(venue.id, push.track, typedNumber(hours)));
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form className="signed" onSubmit={(event) => void sign(event)} noValidate>
      <label htmlFor={id}>{t('push.hours')}</label>
      <div className="with-button">
        <input
          id={id}
          inputMode="numeric"
          value={hours}
          aria-invalid={problem !== undefined}
          aria-describedby={problem ? `${id}-problem` : undefined}
          onChange={(event) => setHours(event.target.value)}
        />
        <Button type="submit" disabled={busy}>
          {t('push.sign')}
        </Button>
      </div>
      {problem && (
        <p className="field-problem" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
      {signed && (
        <Line
          name={t('push.signed', { until: signed.expiresAt ? dateText(signed.expiresAt) : undefined })}
          value={signed.url}
        >
          <CopyButton text={signed.url} label={t('app.copy')} name={t('push.copyUrl')} />
        </Line>
      )}
      {signed?.secureServer && (
        <Line name={t('push.signedSecure')} value={`${signed.secureServer}/${signed.key}`}>
          <CopyButton
            text={`${signed.secureServer}/${signed.key}`}
            label={t('app.copy')}
            name={t('push.copySecureUrl')}
          />
        </Line>
      )}
    </form>
  );
}
