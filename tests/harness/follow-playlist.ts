/** Follows a live playlist as a low-latency player does, and checks each answer against the rules. */
import { checkMediaPlaylist } from '#tests/interop/playlist-check.ts';

/** What is wrong with the answers of so many seconds; empty: all well. */
export async function followPlaylist(url: string, seconds: number): Promise<string[]> {
  const problems: string[] = [];
  const end = performance.now() + seconds * 1000;
  let previous: string | undefined;
  while (performance.now() < end) {
    const answer = await fetch(`${url}${previous ? nextPart(previous) : ''}`);
    const text = await answer.text();
    if (!answer.ok) return [...problems, `${answer.status} ${text.slice(0, 200)}`];
    problems.push(...checkMediaPlaylist(text, previous));
    previous = text;
  }
  return problems;
}

/** The directives a player sends next. */
function nextPart(text: string): string {
  const hint = /EXT-X-PRELOAD-HINT:TYPE=PART,URI="(\d+)\.(\d+)\.m4s"/.exec(text);
  return hint ? `?_HLS_msn=${hint[1]}&_HLS_part=${hint[2]}` : '';
}
