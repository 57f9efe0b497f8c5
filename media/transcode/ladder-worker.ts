/** The process of one track's ladder. */
import { silence } from './codecs.ts';
import type { LadderIn, LadderOut } from './ladder-messages.ts';
import { LadderTranscoder } from './ladder-transcoder.ts';
import { serveParent } from './worker-child.ts';

/** After a segment's end and this long without a further part, what the decoder holds back for reordering is brought out, ms. */
const idleMs = 700;

silence();
let idle: NodeJS.Timeout | undefined;

const answer = serveParent<LadderIn, LadderOut>({
  urgent: ({ kind }) => kind === 'drop',
  handle: (message) => {
    clearTimeout(idle);
    transcoder.handle(message);
    if (message.kind === 'end') idle = setTimeout(() => transcoder.drain(), idleMs);
  },
});
const transcoder = new LadderTranscoder(answer);
