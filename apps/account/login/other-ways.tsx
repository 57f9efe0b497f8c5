/** Ways that lead to another site: WeChat by QR code, OpenID Connect, partners. They come back to where the person was. */
import type { LogInWays } from '#contracts/account.ts';
import { t } from '../texts.ts';

export const insideWeChat = /MicroMessenger/i.test(navigator.userAgent);

export function OtherWays({ ways, next }: { readonly ways: LogInWays; readonly next: string }) {
  const query = (more: Record<string, string> = {}) => new URLSearchParams({ ...more, next }).toString();
  const { wechat, oidc, partners } = ways;
  const links = [
    ...(wechat.qr && !insideWeChat
      ? [{ to: `wechat/start?${query({ way: 'qr' })}`, name: t('login.wechatQr') }]
      : []),
    ...oidc.map(({ id, name }) => ({ to: `oidc/${id}/start?${query()}`, name })),
    ...partners.map(({ id, name }) => ({ to: `external/${id}/start?${query()}`, name })),
  ];
  if (links.length === 0) return null;
  return (
    <section className="form" aria-labelledby="other-ways">
      <h2 id="other-ways" className="divider">
        {t('login.other')}
      </h2>
      {links.map(({ to, name }) => (
        <a key={to} className="r-button" href={`/api/v1/auth/${to}`}>
          {name}
        </a>
      ))}
    </section>
  );
}
