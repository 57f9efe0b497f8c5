/** What lies in the recordings folder: `<root>/<run>/<track>/<rendition>/`. */
import { join } from 'node:path';
import type { RecordingFs } from './recording-fs.ts';

const namePattern = /^[A-Za-z0-9_-]{1,64}$/;

const checked = (what: string, name: string): string => {
  if (!namePattern.test(name))
    throw new Error(
      `a ${what} name must match ${namePattern.source} (got ${JSON.stringify(name.slice(0, 80))})`,
    );
  return name;
};

export const runFolder = (root: string, run: string): string => join(root, checked('run', run));

/** Throws for a name that could lead out of the root. */
export const renditionFolder = (root: string, run: string, track: string, rendition: string): string =>
  join(runFolder(root, run), checked('track', track), checked('rendition', rendition));

export type RecordedRun = {
  readonly run: string;
  /** Renditions of each track that has any. */
  readonly tracks: ReadonlyMap<string, readonly string[]>;
};

/** Every run with something on disk, in no particular order. */
export async function listRuns(fs: RecordingFs, root: string): Promise<readonly RecordedRun[]> {
  const runs: RecordedRun[] = [];
  for (const run of await fs.list(root)) {
    const found = namePattern.test(run) ? await listRun(fs, root, run) : undefined;
    if (found !== undefined) runs.push(found);
  }
  return runs;
}

/** One run; undefined when nothing of it is on disk. */
export async function listRun(fs: RecordingFs, root: string, run: string): Promise<RecordedRun | undefined> {
  const tracks = new Map<string, readonly string[]>();
  for (const track of await fs.list(runFolder(root, run))) {
    const renditions = await fs.list(join(root, run, track));
    if (namePattern.test(track) && renditions.length > 0)
      tracks.set(track, renditions.filter((name) => namePattern.test(name)).sort());
  }
  return tracks.size > 0 ? { run, tracks } : undefined;
}

/** Bytes a run takes, files added up; 0 when it is gone. */
export async function runBytes(fs: RecordingFs, root: string, { run, tracks }: RecordedRun): Promise<number> {
  let bytes = 0;
  for (const [track, renditions] of tracks) {
    for (const rendition of renditions)
      bytes += await fs.folderBytes(renditionFolder(root, run, track, rendition));
  }
  return bytes;
}
