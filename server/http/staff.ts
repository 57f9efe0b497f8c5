/** The guard of every staff route: who is it, may they, not too often; and the note of what they did. */
import type { FastifyRequest } from 'fastify';
import { CodedError } from '#contracts/errors.ts';
import type { AuditLog } from '../audit.ts';
import type { Auth, Person, Role } from '../auth/auth.ts';
import type { Clients } from './client.ts';
import type { Limits } from './limits.ts';

export type Staff = {
  /** The person behind a request. Throws `auth.required`, `auth.forbidden`, for changes also `request.tooMany`. */
  require(request: FastifyRequest, role?: Role): Promise<Person>;
  /** Notes an act that was done. */
  note(
    request: FastifyRequest,
    by: Person,
    action: string,
    venueId?: string,
    details?: Record<string, unknown>,
  ): Promise<void>;
};

export type StaffOptions = {
  readonly auth: Auth;
  readonly audit: AuditLog;
  readonly clients: Clients;
  readonly limits: Limits;
};

export function createStaff({ auth, audit, clients, limits }: StaffOptions): Staff {
  return {
    async require(request, role = 'operator') {
      if (request.method !== 'GET' && request.method !== 'HEAD')
        await limits.change(clients.key(request.raw));
      const person = await auth.personOf(new Headers({ cookie: request.headers.cookie ?? '' }));
      if (!person) throw new CodedError('auth.required');
      if (role === 'admin' && person.role !== 'admin')
        throw new CodedError('auth.forbidden', 'this needs an administrator');
      return person;
    },
    async note(request, by, action, venueId, details) {
      request.log.info({ by: by.email, action, venueId }, 'staff act');
      await audit.write({ by, action, venueId, details, remote: clients.address(request.raw) });
    },
  };
}
