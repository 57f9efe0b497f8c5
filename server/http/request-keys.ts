/**
 * Idempotency keys (draft-ietf-httpapi-idempotency-key-header): a change sent again with the same `Idempotency-Key` by the same caller
 * is not done again; its answer is. Kept for a day, sealed, for answers hold secrets that are told once. Failures are not kept.
 */
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Sealing } from '#conference/sealing.ts';
import { rowsOf, type SqlDb } from '#conference/sql.ts';
import { CodedError } from '#contracts/errors.ts';
import type { App } from './app.ts';
import type { Staff } from './staff.ts';

export type RequestKeyOptions = {
  readonly db: SqlDb;
  readonly sealing: Sealing;
  readonly staff: Staff;
};

const keyForm = /^[\x21-\x7e]{1,200}$/;
/** Bytes; a longer answer is not kept, and sending again does the change again. */
const mostAnswer = 512 * 1024;
const cleanEvery = 3600_000;
/** Seconds after which a request that never ended is taken for lost in a crash. */
const lostAfter = 60;

const hash = (...parts: readonly string[]): string => {
  const made = createHash('sha256');
  for (const part of parts) made.update(`${Buffer.byteLength(part)}:${part}`);
  return made.digest('hex');
};

export function registerRequestKeys(app: App, { db, sealing, staff }: RequestKeyOptions): void {
  const working = new WeakMap<FastifyRequest, string>();
  let cleanedAt = Number.NEGATIVE_INFINITY;

  const forget = (id: string) => db.execute(sql`DELETE FROM request_key WHERE id = ${id}`);
  const clean = async (): Promise<void> => {
    if (performance.now() - cleanedAt < cleanEvery) return;
    cleanedAt = performance.now();
    await db.execute(sql`DELETE FROM request_key WHERE created_at < now() - interval '1 day'`);
  };

  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    if (key === undefined || !isChange(request)) return;
    if (typeof key !== 'string' || !keyForm.test(key))
      throw new CodedError('request.invalid', 'Idempotency-Key must be 1 to 200 visible ASCII characters');
    // Without a log-in the handler refuses; with one, another's key is another key.
    const caller = await callerOf(staff, request);
    if (caller === undefined) return;
    await clean();
    const id = hash(caller, key);
    const fingerprint = hash(request.method, request.url, JSON.stringify(request.body ?? null));
    const begun = await rowsOf(
      db,
      sql`INSERT INTO request_key (id, fingerprint, created_at) VALUES (${id}, ${fingerprint}, now())
        ON CONFLICT (id) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, status = NULL, answer = NULL, created_at = now()
        WHERE request_key.created_at < now() - interval '1 day'
          OR (request_key.status IS NULL AND request_key.fingerprint = EXCLUDED.fingerprint
            AND request_key.created_at < now() - make_interval(secs => ${lostAfter}))
        RETURNING id`,
    );
    if (begun.length > 0) {
      working.set(request, id);
      return;
    }
    const [known] = await rowsOf<{ fingerprint: string; status: number | null; answer: string | null }>(
      db,
      sql`SELECT fingerprint, status, answer FROM request_key WHERE id = ${id}`,
    );
    if (known && known.fingerprint !== fingerprint) throw new CodedError('request.keyReused');
    if (!known || known.status === null || known.answer === null) throw new CodedError('request.keyBusy');
    return replay(reply, known.status, sealing.open(known.answer, id));
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const id = working.get(request);
    if (id === undefined) return payload;
    working.delete(request);
    const { statusCode: status } = reply;
    const text = payload === undefined || payload === null ? '' : payload;
    const kept = status >= 200 && status < 300 && typeof text === 'string' && text.length <= mostAnswer;
    try {
      if (kept)
        await db.execute(
          sql`UPDATE request_key SET status = ${status}, answer = ${sealing.seal(text, id)} WHERE id = ${id}`,
        );
      else await forget(id);
    } catch (err) {
      // The change was done or refused: that is what the answer says, whatever becomes of the key.
      request.log.warn({ err }, 'idempotency key not kept');
    }
    return payload;
  });
}

/** JSON changes of the API that somebody is logged in for. */
function isChange({ method, routeOptions, body }: FastifyRequest): boolean {
  const { needs } = routeOptions.config;
  if (method === 'GET' || method === 'HEAD' || needs === undefined || needs === 'nobody') return false;
  return (
    body === null ||
    body === undefined ||
    Object.getPrototypeOf(body) === Object.prototype ||
    Array.isArray(body)
  );
}

async function callerOf(staff: Staff, request: FastifyRequest): Promise<string | undefined> {
  return (await staff.caller(request))?.id;
}

function replay(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply
    .code(status)
    .header('idempotent-replayed', 'true')
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer((payload: unknown) => String(payload))
    .send(text);
}
