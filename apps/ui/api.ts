/** Requests to our API. Every failure becomes an ApiError whose message can be shown to the person as it is. */
import type { ErrorBody, ErrorCode } from '#contracts/errors.ts';
import { language } from './i18n.ts';
import { t } from './texts.ts';

export class ApiError extends Error {
  /** A code of contracts/errors.ts, or `network` when no answer came, or `unreadable` when it was not ours. */
  readonly code: ErrorCode | 'network' | 'unreadable';
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  /** What exactly was wrong, in technical words; shown beside the message. */
  readonly detail: string | undefined;
  constructor(code: ErrorCode | 'network' | 'unreadable', status: number, message: string, detail?: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.detail = detail;
  }
}

/** Turns a failed answer's body into the error to show. Every answer of ours carries its words: the table stays at the server. */
export function errorFromBody(status: number, body: unknown): ApiError {
  const error = (body as Partial<ErrorBody> | null | undefined)?.error;
  const message = error?.message?.[language() === 'zh-CN' ? 'zh' : 'en'];
  if (typeof error?.code !== 'string' || !message)
    return new ApiError('unreadable', status, t('error.unreadable', { status }));
  return new ApiError(error.code, status, message, error.detail);
}

export type ApiRequest = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
};

/** Asks `/api/v1…` (or any address of ours) and gives the JSON answer, undefined for 204. Throws ApiError. */
export async function api<T>(path: string, request: ApiRequest = {}): Promise<T> {
  const init: RequestInit = { method: request.method ?? 'GET', credentials: 'same-origin' };
  if (request.signal) init.signal = request.signal;
  if (request.body !== undefined) {
    init.headers = { 'content-type': 'application/json' };
    init.body = JSON.stringify(request.body);
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (cause) {
    if (request.signal?.aborted) throw cause;
    throw new ApiError('network', 0, t('error.network'));
  }
  if (response.status === 204) return undefined as T;
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw errorFromBody(response.status, body);
  if (body === undefined)
    throw new ApiError('unreadable', response.status, t('error.unreadable', { status: response.status }));
  return body as T;
}
