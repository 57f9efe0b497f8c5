/** Behind the words before the start, in breaks and at the end: the conference's picture or film, without sound. */
import type { PublicConference } from '#contracts/conference.ts';
import type { Now } from '#contracts/now.ts';

/** The file for a state of the venue; undefined: none. */
export function backdropOf(
  conference: PublicConference | undefined,
  state: Now['state'] | undefined,
): string | undefined {
  if (!conference) return undefined;
  const { cover, warmUp, slate } = conference;
  const own = state === 'break' ? slate : state === 'ended' ? null : warmUp;
  return own ?? cover ?? undefined;
}

export function Backdrop({ file }: { file: string }) {
  return (
    <div className="backdrop" aria-hidden="true">
      {/\.mp4$/.test(file) ? (
        <video src={file} autoPlay muted loop playsInline disablePictureInPicture tabIndex={-1} />
      ) : (
        <img src={file} alt="" />
      )}
    </div>
  );
}
