/** Starting by itself: with sound if the browser lets it, else muted, else only by a tap. */

/** `muted`: plays, the browser allowed no sound. `play`: the browser wants a tap. */
export type Blocked = 'none' | 'muted' | 'play';

type Playable = Pick<HTMLMediaElement, 'play' | 'muted'>;

const refused = (error: unknown): boolean => error instanceof Error && error.name === 'NotAllowedError';

/** Undefined when the attempt was overtaken by a new source; the caller tries again when that can play. */
export async function tryPlay(video: Playable): Promise<Blocked | undefined> {
  // What counts is how it was asked: an overlapping attempt may mute it before this one is refused.
  const asMuted = video.muted;
  try {
    await video.play();
    return 'none';
  } catch (error) {
    if (!refused(error)) return undefined;
  }
  if (asMuted) return 'play';
  video.muted = true;
  try {
    await video.play();
    return 'muted';
  } catch (error) {
    if (!refused(error)) return undefined;
    video.muted = false;
    return 'play';
  }
}
