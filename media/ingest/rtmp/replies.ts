/** What the server says: each reply as the bytes of whole messages, one chunk each. */
import { type ErrorCode, errors } from '#contracts/errors.ts';
import { acceptedFourCcs } from '../../formats/flv.ts';
import { encodeMessage } from '../../formats/rtmp-chunk.ts';
import {
  encodeCommand,
  encodeUint32,
  encodeUserControl,
  messageType,
  statusInfo,
  userControl,
} from '../../formats/rtmp-message.ts';

/** The one message stream a connection may have. */
export const publishStream = 1;
/** ffmpeg takes over our chunk size for what it sends, which makes 500 times fewer chunks of it. */
const chunkSize = 65_536;
export const acknowledgementWindow = 2_500_000;

function control(type: number, payload: Buffer): Buffer {
  return encodeMessage({ chunkStream: 2, type, streamId: 0, payload }, chunkSize);
}
function command(streamId: number, payload: Buffer): Buffer {
  return encodeMessage(
    { chunkStream: streamId === 0 ? 3 : 5, type: messageType.commandAmf0, streamId, payload },
    chunkSize,
  );
}

/** A refusal in words, as the encoder's user reads it. */
export function describe(code: ErrorCode, detail?: string): string {
  return detail ? `${errors[code].en} (${detail})` : errors[code].en;
}

export const replies = {
  /** Announces our windows and chunk size, and accepts connect. */
  connected(transaction: number, enhanced: boolean): Buffer {
    const peerBandwidth = Buffer.alloc(5);
    peerBandwidth.writeUInt32BE(acknowledgementWindow);
    peerBandwidth[4] = 2; // dynamic
    return Buffer.concat([
      control(messageType.windowAcknowledgementSize, encodeUint32(acknowledgementWindow)),
      control(messageType.setPeerBandwidth, peerBandwidth),
      encodeMessage(
        {
          chunkStream: 2,
          type: messageType.setChunkSize,
          streamId: 0,
          payload: encodeUint32(chunkSize),
        },
        128,
      ),
      command(
        0,
        encodeCommand(
          '_result',
          transaction,
          {
            fmsVer: 'FMS/3,5,7,7009',
            capabilities: 31,
            mode: 1,
            ...(enhanced ? { fourCcList: acceptedFourCcs } : {}),
          },
          {
            ...statusInfo('status', 'NetConnection.Connect.Success', 'Connection succeeded.'),
            objectEncoding: 0,
          },
        ),
      ),
    ]);
  },
  result(transaction: number, value: number | null): Buffer {
    return command(0, encodeCommand('_result', transaction, null, value));
  },
  /** Old FMLE-like encoders wait for this before they publish; some look for their transaction in it. */
  onFcPublish(transaction: number, name: string): Buffer {
    return command(
      0,
      encodeCommand('onFCPublish', transaction, null, statusInfo('status', 'NetStream.Publish.Start', name)),
    );
  },
  onFcUnpublish(transaction: number, name: string): Buffer {
    return command(
      0,
      encodeCommand(
        'onFCUnpublish',
        transaction,
        null,
        statusInfo('status', 'NetStream.Unpublish.Success', name),
      ),
    );
  },
  publishStarted(): Buffer {
    return Buffer.concat([
      control(messageType.userControl, encodeUserControl(userControl.streamBegin, publishStream)),
      status('status', 'NetStream.Publish.Start', 'Publishing.'),
    ]);
  },
  unpublished(): Buffer {
    return status('status', 'NetStream.Unpublish.Success', 'The stream has ended.');
  },
  connectRefused(transaction: number, code: ErrorCode, detail?: string): Buffer {
    return command(
      0,
      encodeCommand(
        '_error',
        transaction,
        null,
        statusInfo('error', 'NetConnection.Connect.Rejected', describe(code, detail)),
      ),
    );
  },
  publishRefused(code: ErrorCode, detail?: string): Buffer {
    const badName = code === 'publish.badKey' || code === 'publish.busy';
    return status(
      'error',
      badName ? 'NetStream.Publish.BadName' : 'NetStream.Publish.Rejected',
      describe(code, detail),
    );
  },
  playRefused(): Buffer {
    return status(
      'error',
      'NetStream.Play.Failed',
      'This server takes streams by RTMP and does not play them; open the watch page.',
    );
  },
  acknowledgement(bytesRead: number): Buffer {
    return control(messageType.acknowledgement, encodeUint32(bytesRead));
  },
  pong(value: number): Buffer {
    return control(messageType.userControl, encodeUserControl(userControl.pingResponse, value));
  },
} as const;

function status(level: 'status' | 'error', code: string, description: string): Buffer {
  return command(publishStream, encodeCommand('onStatus', 0, null, statusInfo(level, code, description)));
}
