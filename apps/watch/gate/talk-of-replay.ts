/** Which talk a replay belongs to: its rules decide. From the link, else from the venue's talks; undefined for what is no talk's. */
import type { PlannedTalk } from '#contracts/events.ts';
import { api } from '../../ui/api.ts';

export async function talkOfReplay(venueId: string, clipId: string): Promise<string | undefined> {
  const told = new URLSearchParams(location.search).get('talk');
  if (told) return told.slice(0, 64);
  try {
    const { talks } = await api<{ talks: PlannedTalk[] }>(
      `/api/v1/public/venues/${encodeURIComponent(venueId)}/talks`,
    );
    return talks.find((talk) => talk.replay?.clip === clipId)?.id;
  } catch {
    return undefined; // Asked for the venue then; the media have the last word.
  }
}
