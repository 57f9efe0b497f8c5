/** Who a peer is: the app, key and query an encoder names, checked before anything else sees them. */
import { CodedError } from '#contracts/errors.ts';
import type { AmfObject, AmfValue } from '../../formats/amf0.ts';

/** What the connect command told. */
export type ConnectInfo = {
  readonly app: string;
  readonly encoder: string;
  /** Queries of app and tcUrl: some encoders put the stream's there. */
  readonly query: URLSearchParams;
  /** Whether the encoder knows Enhanced RTMP. */
  readonly enhanced: boolean;
};

const appPattern = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;
const keyPattern = /^[\w~@:+=-][\w.~@:+=-]*$/;
const longestApp = 128;
const longestKey = 256;
const longestTcUrl = 2048;
const longestEncoder = 64;

/** @throws CodedError when tcUrl is missing or app is no plain path. */
export function readConnect(values: readonly AmfValue[]): ConnectInfo {
  const object = asObject(values[0]);
  if (!object) throw new CodedError('publish.protocol', 'connect needs a command object');
  const { tcUrl, app: rawApp, flashVer, fourCcList } = object;
  if (typeof tcUrl !== 'string' || tcUrl === '')
    throw new CodedError('publish.protocol', 'connect needs tcUrl');
  if (tcUrl.length > longestTcUrl) {
    throw new CodedError('publish.protocol', `tcUrl of ${tcUrl.length} characters, at most ${longestTcUrl}`);
  }
  if (typeof rawApp !== 'string') throw new CodedError('publish.protocol', 'connect needs app');
  const [path, appQuery] = splitQuery(rawApp);
  const app = path.replace(/\/$/, '');
  if (app.length > longestApp || !appPattern.test(app)) {
    throw new CodedError(
      'publish.badKey',
      `app must be letters, digits, "." "_" "-" between single "/", at most ${longestApp} characters`,
    );
  }
  const query = new URLSearchParams();
  merge(query, appQuery);
  merge(query, splitQuery(tcUrl)[1]);
  const encoder =
    typeof flashVer === 'string' ? flashVer.replace(/[^ -~]/g, '').slice(0, longestEncoder) : '';
  return { app, encoder, query, enhanced: Array.isArray(fourCcList) };
}

/** The app, key and query of a publish command's stream name; its own query wins over those of connect. */
export function readStreamName(
  name: AmfValue,
  connect: ConnectInfo,
): { app: string; streamKey: string; query: URLSearchParams } {
  if (typeof name !== 'string') throw new CodedError('publish.badKey', 'publish needs a stream name');
  const [ownKey, ownQuery] = splitQuery(name);
  // Whoever pastes the whole address into the server field names no stream; then the app ends in the key.
  const nested = ownKey === '' ? connect.app.lastIndexOf('/') : -1;
  const streamKey = nested < 0 ? ownKey : connect.app.slice(nested + 1);
  if (streamKey.length > longestKey || !keyPattern.test(streamKey)) {
    throw new CodedError(
      'publish.badKey',
      streamKey === ''
        ? 'the stream key is empty'
        : `a stream key is letters, digits and "._~@:+=-", at most ${longestKey} characters`,
    );
  }
  const query = new URLSearchParams(ownQuery);
  merge(query, connect.query.toString());
  return { app: nested < 0 ? connect.app : connect.app.slice(0, nested), streamKey, query };
}

function splitQuery(text: string): [path: string, query: string] {
  const at = text.indexOf('?');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Adds the names that are not there yet. */
function merge(into: URLSearchParams, query: string): void {
  if (query === '') return;
  const known = new Set(into.keys());
  for (const [name, value] of new URLSearchParams(query)) if (!known.has(name)) into.append(name, value);
}

function asObject(value: AmfValue): AmfObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}
