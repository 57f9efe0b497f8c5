/** The end of every log-in: cookies set, and what comes next told as JSON, or by sending the browser on. */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Entered } from '#contracts/account.ts';
import { CodedError, type ErrorCode } from '#contracts/errors.ts';
import { passCookies, refusalOf } from './auth-relay.ts';

const bodySchema = z.object({ twoFactorRedirect: z.boolean().optional() }).nullish();

/** Throws the refusal; `wrong` is the code of a refused proof. */
export async function entered(
  answer: Response,
  reply: FastifyReply,
  secure: boolean,
  wrong?: ErrorCode,
): Promise<Entered> {
  const text = await answer.text();
  if (!answer.ok) {
    if (wrong !== undefined && [400, 401, 422].includes(answer.status)) throw new CodedError(wrong);
    throw refusalOf(answer.status, text);
  }
  passCookies(answer.headers.getSetCookie(), reply, secure);
  void reply.header('cache-control', 'no-store');
  const body = bodySchema.parse(text === '' ? null : JSON.parse(text));
  return { secondStep: body?.twoFactorRedirect === true };
}

/** `next` is safe already (safeNext). */
export function sendOn(reply: FastifyReply, { secondStep }: Entered, next: string): FastifyReply {
  const to = secondStep ? `/login?${new URLSearchParams({ step: 'second', next })}` : next;
  return reply.header('cache-control', 'no-store').redirect(to, 302);
}

/** Back to the log-in page, which says what went wrong. */
export function sendBack(reply: FastifyReply, problem: ErrorCode, next: string): FastifyReply {
  const to = `/login?${new URLSearchParams({ problem, next })}`;
  return reply.header('cache-control', 'no-store').redirect(to, 302);
}
