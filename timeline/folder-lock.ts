/**
 * One process a data folder (fault 96).
 *
 * Node has no flock, and a pid file goes stale at kill -9 (its pid may by then be somebody else's). SQLite, which is part of
 * Node, holds an exclusive transaction by operating-system locks on its file: taken atomically, seen across containers that
 * share the folder, and gone with the process whatever ended it. Nothing is ever stored in the database.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { TimelineError } from './store.ts';

export type FolderLock = { release(): void };

const sqliteBusy = 5;

/** Takes the folder (made if missing) or throws TimelineError `locked`, saying who has it. Called once, at start. */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  const note = join(folder, 'lock.owner');
  const database = new DatabaseSync(join(folder, 'lock.db'), { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!(error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy)) throw error;
    throw new TimelineError('locked', `${folder} is in use by ${ownerOf(note)}; stop that one first`, error);
  }
  writeFileSync(note, `process ${process.pid}, started ${new Date().toISOString()}\n`);
  return {
    release: () => {
      if (database.isOpen) database.close();
    },
  };
}

function ownerOf(note: string): string {
  try {
    return readFileSync(note, 'utf8').trim();
  } catch {
    return 'another process';
  }
}
