/** The cookie of a speaker's browser that confirmed a code: for one consent, while some link of it works. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { openConsent, sealConsent, sittingHours } from '#conference/consent/consent-sitting.ts';
import type { Consents } from '#conference/consent/consents.ts';

export type ConsentAccess = {
  confirmed(request: FastifyRequest, consentId: string): boolean;
  confirm(reply: FastifyReply, consentId: string, secure: boolean): void;
};

const cookie = 'rostrum.consent';

export function createConsentAccess(consents: Consents, secret: string): ConsentAccess {
  return {
    confirmed(request, consentId) {
      const value = request.cookies[cookie];
      const sitting = value && openConsent(value, secret, Date.now());
      return Boolean(sitting && sitting.consent === consentId && consents.isAsked(consentId));
    },
    confirm(reply, consentId, secure) {
      const seconds = sittingHours * 3600;
      const value = sealConsent({ consent: consentId, until: Date.now() + seconds * 1000 }, secret);
      void reply.setCookie(cookie, value, {
        path: '/api/v1/consent',
        httpOnly: true,
        sameSite: 'strict',
        secure,
        maxAge: seconds,
      });
    },
  };
}
