/**
 * What a route asks of whoever calls it, declared in its `config`: docs/access.md and the test that walks every route by every role
 * read it from the running server. The handler asks the guard (staff.ts) for the same.
 */
import type { Action } from '#contracts/roles.ts';

/** `nobody`: public. `person`: any log-in. `presenter`: only the cookie a presenter's link was exchanged for, or staff. */
export type Needs = Action | 'nobody' | 'person' | 'presenter';

declare module 'fastify' {
  interface FastifyContextConfig {
    needs?: Needs;
    /** What the id in its address names, by which the conference is found: `conference`, `venue`, `talk`, `clip`, `deck`… */
    of?: string;
    /** A presenter's cookie of that talk is enough too. */
    orPresenter?: boolean;
    /** The handler counts against a limit of its own, not against that of changes. */
    ownLimit?: boolean;
  }
}
