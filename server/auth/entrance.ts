/** better-auth's door for the ways of ours: whoever has proven who they are gets a session, or is asked for the second step first. */
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';

/**
 * The two-factor plugin asks for the second step only at log-ins of its own list of paths. This endpoint takes the one of them that
 * no plugin of ours serves, and is never reached by HTTP: it is not in the allow-list (server/http/auth-routes.ts).
 */
const path = '/sign-in/phone-number';

export const entrance = () =>
  ({
    id: 'rostrum-entrance',
    endpoints: {
      enter: createAuthEndpoint(
        path,
        { method: 'POST', body: z.object({ userId: z.string() }) },
        async (context) => {
          const { internalAdapter } = context.context;
          const user = await internalAdapter.findUserById(context.body.userId);
          if (!user) throw new APIError('UNAUTHORIZED');
          const session = await internalAdapter.createSession(user.id);
          await setSessionCookie(context, { session, user });
          return context.json({ secondStep: false });
        },
      ),
    },
  }) satisfies BetterAuthPlugin;
