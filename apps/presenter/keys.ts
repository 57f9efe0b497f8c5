/** Keys of keyboards and presenter clickers (which send PageDown/PageUp, arrows, F5/Esc, `.` or B). Pure. */

export type KeyAct =
  | 'next'
  | 'previous'
  | 'first'
  | 'last'
  | 'black'
  | 'laser'
  | 'pen'
  | 'text'
  | 'undo'
  | 'put-away'
  | 'all';

export type Key = {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
};

const acts: Readonly<Record<string, KeyAct>> = {
  ArrowRight: 'next',
  ArrowDown: 'next',
  PageDown: 'next',
  Enter: 'next',
  ' ': 'next',
  n: 'next',
  ArrowLeft: 'previous',
  ArrowUp: 'previous',
  PageUp: 'previous',
  Backspace: 'previous',
  Home: 'first',
  End: 'last',
  b: 'black',
  '.': 'black',
  l: 'laser',
  p: 'pen',
  t: 'text',
  g: 'all',
  Escape: 'put-away',
};

export function actOfKey({ key, ctrlKey, metaKey, altKey }: Key): KeyAct | undefined {
  if (altKey) return undefined;
  if (ctrlKey || metaKey) return key.toLowerCase() === 'z' ? 'undo' : undefined;
  return acts[key.length === 1 ? key.toLowerCase() : key];
}
