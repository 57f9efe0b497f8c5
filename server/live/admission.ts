/** Which passes may read which venues: the port that the media catalog and the socket ask. The rules are conference/access. */

/** Epoch ms on the timeline; `to` null: to wherever the timeline is. */
type Stretch = { readonly from: number; readonly to: number | null };

/** What a pass may read of a venue. The same object as long as nothing about it changes. */
export interface Allowed {
  /** The moment may be watched, live or as replay, whichever it is now. */
  allows(t: number): boolean;
  /** How far a stretch may be read: infinite all of it, −infinite nothing, else up to this moment. */
  readable(from: number, to: number): number;
  /** What of these stretches may be read; the same list when it is all of them. */
  within(stretches: readonly Stretch[]): readonly Stretch[];
  /** Of a talk, or of what is in none (null). */
  decision(talkId: string | null, mode: 'live' | 'replay'): { readonly allowed: boolean };
}

export interface Admission {
  /** `missing`: the same as a venue there is not; `forbidden`: a pass that is not good, or not any more. */
  admit(pass: string, venueId: string): Allowed | 'missing' | 'forbidden';
  /** Called after changes: what was admitted must be asked for again. Returns what ends it. */
  onChanged(hook: () => void): () => void;
}
