/** A code by e-mail, for who has no phone on file: in Chinese and English. */
import type { Mail } from './mail.ts';

export function codeMail(to: string, { code, minutes }: { code: string; minutes: string }): Mail {
  return {
    to,
    subject: '验证码 / Your code',
    text: [
      `您的验证码是 ${code}，${minutes} 分钟内有效。如非本人操作，请忽略本邮件。`,
      `Your code is ${code}. It is valid for ${minutes} minutes. If you did not ask for it, ignore this message.`,
    ].join('\n'),
  };
}
