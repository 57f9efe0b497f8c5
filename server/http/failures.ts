/** Every failure becomes one coded answer of contracts/errors.ts; what the table does not know is logged and says nothing. */
import { DrizzleQueryError } from 'drizzle-orm';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { CodedError, type ErrorCode } from '#contracts/errors.ts';
import { databaseGone, isDatabaseGone } from '../db/database.ts';

/** Codes of fastify that have a meaning of their own; its other 4xx are `request.invalid`. */
const fastifyCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'request.tooLarge',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'request.unsupportedType',
  FST_ERR_HANDLER_TIMEOUT: 'server.unavailable',
};

/** The coded form of any error; undefined when it is a fault of ours. */
export function codedForm(error: unknown): CodedError | undefined {
  if (error instanceof CodedError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const context = error.validationContext ?? 'request';
    const problems = error.validation.slice(0, 5).map(({ instancePath, message }) => {
      const field = instancePath.slice(1).replaceAll('/', '.');
      return field === '' ? `${context}: ${message}` : `${context}.${field}: ${message}`;
    });
    return new CodedError('request.invalid', problems.join('; ').slice(0, 500));
  }
  if (isDatabaseGone(error)) return databaseGone();
  const { code, statusCode, message } = (error ?? {}) as Partial<FastifyError>;
  const known = fastifyCodes[code ?? ''];
  if (known) return new CodedError(known);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new CodedError('request.invalid', message);
  return undefined;
}

export function answerFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  let coded = codedForm(error);
  if (!coded) {
    // A failed query's own text holds its values, such as keys; its cause does not.
    const err = error instanceof DrizzleQueryError ? (error.cause ?? error.name) : error;
    request.log.error({ err, route: request.routeOptions.url }, 'request failed');
    coded = new CodedError('server.failed');
  }
  if (coded.status === 503) void reply.header('retry-after', '3');
  return reply
    .code(coded.status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(coded.body());
}

export function answerNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return answerFailure(new CodedError('notFound'), request, reply);
}
