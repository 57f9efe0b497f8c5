/** The preview process: decodes a keyframe now and then and all sound of every track; makes JPEGs and levels. */

import { silence } from './codecs.ts';
import { PreviewDecoder } from './preview-decoder.ts';
import type { PreviewIn, PreviewOut } from './preview-messages.ts';
import { serveParent } from './worker-child.ts';

silence();
const tracks = new Map<number, PreviewDecoder>();

const send = serveParent<PreviewIn, PreviewOut>({
  urgent: () => false,
  handle: (message) => {
    const { track } = message;
    if (message.kind === 'close') {
      tracks.get(track)?.close();
      tracks.delete(track);
      return;
    }
    let decoder = tracks.get(track);
    if (!decoder) {
      decoder = new PreviewDecoder();
      tracks.set(track, decoder);
    }
    const what = message.kind === 'audio' || message.kind === 'audioConfig' ? 'sound' : 'picture';
    try {
      for (const result of decoder.handle(message)) send({ ...result, track });
    } catch (error) {
      // Bytes that no decoder understands are the encoder's doing; the other tracks go on.
      const reason = error instanceof Error ? error.message : String(error);
      send({ kind: 'failed', track, what, reason });
    }
  },
});
