/** A message with one event and as many bytes as one of ours, for those we are compared with. */
export function message(bytes: number): object {
  const text = '字'.repeat(Math.min(300, Math.floor((bytes - 250) / 3)));
  const at = Date.now();
  const batch = { rev: 1, n: 1, events: [{ i: 1, at, t: at, type: 'text', text }] };
  return { type: 'batch', venue: 'v', stream: 'stage', batch, pad: ' '.repeat(110) };
}
