/** The media of an accepted publisher: messages in, media tags to the sink. */
import { FlvReader } from '../../formats/flv.ts';
import type { MediaTag } from '../../formats/media-tag.ts';
import { decodeValues, messageType, splitAggregate } from '../../formats/rtmp-message.ts';
import type { PublishSink } from '../publish.ts';

export class Publisher {
  readonly #sink: PublishSink;
  readonly #flv = new FlvReader();
  #tags = 0;
  #closed = false;

  constructor(sink: PublishSink) {
    this.#sink = sink;
  }

  /** Tags delivered. */
  get tags(): number {
    return this.#tags;
  }
  /** Messages that carried nothing. */
  get ignored(): number {
    return this.#flv.ignored;
  }

  /**
   * @param arrival performance.now() when the message's last byte was read
   * @throws CodedError with the reason to close the publisher
   */
  message(type: number, timestamp: number, payload: Buffer, arrival: number): void {
    switch (type) {
      case messageType.video:
        this.#deliver(this.#flv.video(payload, timestamp), arrival);
        return;
      case messageType.audio:
        this.#deliver(this.#flv.audio(payload, timestamp), arrival);
        return;
      case messageType.dataAmf0:
      case messageType.dataAmf3:
        this.#deliver(this.#flv.script(decodeValues(payload, type)), arrival);
        return;
      case messageType.aggregate:
        splitAggregate(payload, timestamp, (partType, partTimestamp, part) => {
          if (partType !== messageType.aggregate) this.message(partType, partTimestamp, part, arrival);
        });
        return;
    }
  }

  /** May be called twice. */
  close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sink.close(reason);
  }

  #deliver(tag: MediaTag | undefined, arrival: number): void {
    if (!tag || this.#closed) return;
    this.#tags++;
    this.#sink.tag(tag, arrival);
  }
}
