/** What every ingest server (rtmp, later srt and whip) asks before it reads media, and where it then delivers. */
import type { ErrorCode } from '#contracts/errors.ts';
import type { MediaTag } from '../formats/media-tag.ts';

export type PublishRequest = {
  readonly protocol: 'rtmp' | 'rtmps';
  /** RTMP app, `live` by convention. */
  readonly app: string;
  /** Stream name without its query. Untrusted, ≤ 256 characters. */
  readonly streamKey: string;
  /** Query of the stream name, e.g. `expires` and `sign`. */
  readonly query: URLSearchParams;
  /** IP address and port of the encoder. */
  readonly remote: string;
  /** flashVer, or the name an encoder gives of itself; '' when unknown. */
  readonly encoder: string;
};

/** The ingest server's end of an accepted publisher. */
export interface PublishSession {
  /** Unique within the process. */
  readonly id: string;
  /** Ends the connection and tells the encoder the reason; may be called twice. */
  close(code: ErrorCode, detail?: string): void;
}

/** The receiving end of an accepted publisher. */
export interface PublishSink {
  /** `arrival`: performance.now() when the last byte of the tag was read. Must not throw; a CodedError closes the publisher with that reason. */
  tag(tag: MediaTag, arrival: number): void;
  /** Called exactly once, whatever ended the publisher. */
  close(reason: string): void;
}

export type PublishAnswer =
  | { readonly accepted: true; readonly sink: PublishSink }
  | { readonly accepted: false; readonly code: ErrorCode; readonly detail?: string };

export interface PublishDoor {
  /** Decides before any media is read. Bounded: answers within 5 s or is treated as a refusal. */
  open(request: PublishRequest, session: PublishSession): Promise<PublishAnswer>;
}
