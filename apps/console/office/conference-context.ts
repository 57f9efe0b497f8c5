/** The conference a page is about, and what the person may do in it. */
import { createContext, useContext } from 'react';
import type { Conference } from '#contracts/conference.ts';
import type { ConferenceAction } from '#contracts/roles.ts';

export type ConferenceView = {
  readonly conference: Conference;
  may(action: ConferenceAction): boolean;
  /** Asks the server again; or puts in what a change answered. */
  changed(conference?: Conference): void;
};

export const ConferenceContext = createContext<ConferenceView | undefined>(undefined);

export function useConference(): ConferenceView {
  const view = useContext(ConferenceContext);
  if (!view) throw new Error('useConference is only for pages of a conference');
  return view;
}
