/** Messages of conference/notice by text message, and those that may go by e-mail by that, in Chinese and English. */
import type { Notice, Sender } from '#conference/notice/notices.ts';
import { CodedError } from '#contracts/errors.ts';
import { type Mail, type MailSender, oneLine } from './mail.ts';
import type { SmsSender } from './sms.ts';

export const noticeSender = (sms: SmsSender, mail: MailSender): Sender => ({
  async send(to, notice) {
    if ('email' in to) {
      await mail.send({ to: to.email, ...mailOf(notice) });
      return;
    }
    const { phone } = to;
    switch (notice.purpose) {
      case 'registration':
        return sms.send({ phone, purpose: 'registration', values: notice.values });
      case 'reminder':
        return sms.send({ phone, purpose: 'reminder', values: notice.values });
      case 'consent':
        return sms.send({ phone, purpose: 'consent', values: notice.values });
    }
  },
  worthAgain: (error) => !(error instanceof CodedError && error.code === 'sms.off'),
});

function mailOf(notice: Notice): Omit<Mail, 'to'> {
  switch (notice.purpose) {
    case 'registration': {
      const conference = oneLine(notice.values.conference);
      return {
        subject: `${conference}：报名${notice.values.state}`,
        text: `${conference}：报名${notice.values.state}`,
      };
    }
    case 'reminder': {
      const title = oneLine(notice.values.title);
      const { time, url } = notice.values;
      return { subject: `${title}：${time}`, text: [`“${title}” ${time}`, '', url].join('\n') };
    }
    case 'consent': {
      const talk = oneLine(notice.values.talk);
      return {
        subject: `“${talk}”：回放授权 / Your replay`,
        text: [
          `请为“${talk}”选择回放的发布方式。打开下面的链接，回答时会向您在会务登记的手机（没有手机时为本邮箱）发送验证码：`,
          `Please say how the replay of “${talk}” may be published. Open this link; to answer, a code is sent to the phone the organiser has of you, or to this address where there is none:`,
          '',
          notice.values.url,
        ].join('\n'),
      };
    }
  }
}
