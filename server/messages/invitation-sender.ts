/** An invitation as text message or e-mail, in Chinese and English. */
import type { ConferenceRole } from '#contracts/roles.ts';
import { type MailSender, oneLine } from './mail.ts';
import type { SmsSender } from './sms.ts';

export type InvitationMessage = {
  readonly to: { readonly phone: string } | { readonly email: string };
  readonly conference: string;
  readonly roles: readonly ConferenceRole[];
  readonly url: string;
  readonly by: string;
};
export type InvitationSender = (message: InvitationMessage) => Promise<void>;

const names: Readonly<Record<ConferenceRole, readonly [zh: string, en: string]>> = {
  organiser: ['组委会', 'organiser'],
  director: ['导播', 'director'],
  assistant: ['助教', 'assistant'],
  moderator: ['主持人', 'chair'],
  speaker: ['讲者', 'speaker'],
  panelist: ['嘉宾', 'panelist'],
};

export function createInvitationSender(sms: SmsSender, mail: MailSender): InvitationSender {
  return async ({ to, conference: title, roles, url, by }) => {
    const conference = oneLine(title);
    const zh = roles.map((role) => names[role][0]).join('、');
    const en = roles.map((role) => names[role][1]).join(', ');
    if ('phone' in to) {
      await sms.send({ phone: to.phone, purpose: 'invitation', values: { conference, role: zh, url } });
      return;
    }
    await mail.send({
      to: to.email,
      subject: `${conference}：邀请您担任${zh}`,
      text: [
        `${oneLine(by)} 邀请您在“${conference}”中担任${zh}。请打开下面的链接并登录：`,
        `${oneLine(by)} invites you to “${conference}” as ${en}. Open this link and log in:`,
        '',
        url,
      ].join('\n'),
    });
  };
}
