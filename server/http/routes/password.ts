/** A forgotten password: a link is asked for by e-mail, and a new password is set with it. */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { forgotPasswordSchema, resetPasswordSchema } from '#contracts/account.ts';
import { CodedError } from '#contracts/errors.ts';
import type { Hashing } from '../../auth/hashing.ts';
import { type PasswordReset, resetMinutes } from '../../auth/password-reset.ts';
import type { MailSender } from '../../messages/mail.ts';
import type { App } from '../app.ts';
import type { Clients } from '../client.ts';
import { nothing } from '../described.ts';
import type { Limits } from '../limits.ts';

export type PasswordRouteOptions = {
  readonly passwordReset: PasswordReset;
  readonly mail: MailSender;
  readonly hashing: Hashing;
  readonly limits: Limits;
  readonly clients: Clients;
  /** Of the link. Undefined: no links are sent, for the address a request came to is what its sender says it is. */
  readonly publicUrl: string | undefined;
};

const open = { needs: 'nobody' as const, ownLimit: true };
const tags = ['auth'];

export function registerPassword(app: App, options: PasswordRouteOptions): void {
  const { passwordReset, mail, hashing, limits, clients, publicUrl } = options;
  /** Messages to one address. */
  const perAddress = new RateLimiterMemory({ points: 3, duration: 3600 });

  app.post(
    '/api/v1/auth/password/forgot',
    {
      config: open,
      schema: {
        summary: 'Mail a link to set a new password; the same answer whether the address is known or not',
        tags,
        body: forgotPasswordSchema,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await limits.openLink(clients.key(request.raw));
      if (publicUrl === undefined) throw new CodedError('auth.way', 'ROSTRUM_PUBLIC_URL is not set');
      const { email } = request.body;
      const send = async (): Promise<void> => {
        const taken = await perAddress.consume(email.toLowerCase()).catch(() => undefined);
        const asked = taken && (await passwordReset.ask(email));
        if (asked) await mail.send({ to: asked.to, ...message(`${publicUrl}/login#reset=${asked.token}`) });
      };
      // Nobody waits for it: neither the answer nor its time tells whether there is such an account.
      void send().catch((error: unknown) =>
        request.log.warn({ err: error }, 'link for a new password not sent'),
      );
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/auth/password/reset',
    {
      config: open,
      schema: {
        summary: 'Set a new password with the secret of such a link; all sessions of the account end',
        tags,
        body: resetPasswordSchema,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await limits.openLink(clients.key(request.raw));
      if (hashing.full) throw new CodedError('request.tooMany', 'too many log-ins at once');
      const userId = await passwordReset.reset(request.body.token, request.body.password);
      request.log.info({ user: userId }, 'password set by a mailed link');
      return reply.code(204).send(null);
    },
  );
}

const message = (url: string) => ({
  subject: '重置密码 / Set a new password',
  text: [
    `您（或他人）申请重置密码。请在 ${resetMinutes} 分钟内打开下面的链接；如非本人操作，请忽略本邮件：`,
    `You, or somebody else, asked to set a new password. Open this link within ${resetMinutes} minutes; if it was not you, do nothing:`,
    '',
    url,
  ].join('\n'),
});
