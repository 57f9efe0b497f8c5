/** The one table of errors a person can meet: code, HTTP status, what it says and what they can do. */

export type ErrorEntry = {
  /** HTTP status. */
  readonly status: number;
  readonly zh: string;
  readonly en: string;
};

export const errors = {
  'request.invalid': {
    status: 400,
    zh: '请求内容有误，请检查后重试。',
    en: 'The request is not valid. Check it and try again.',
  },
  'request.tooLarge': { status: 413, zh: '内容过大。', en: 'The request is too large.' },
  'request.unsupportedType': {
    status: 415,
    zh: '不支持的内容类型，请使用 application/json。',
    en: 'Unsupported content type. Use application/json.',
  },
  'request.tooMany': {
    status: 429,
    zh: '操作过于频繁，请稍后再试。',
    en: 'Too many requests. Try again in a moment.',
  },
  'request.foreignOrigin': {
    status: 403,
    zh: '来源不被允许。',
    en: 'Requests from this origin are not allowed.',
  },
  'auth.required': { status: 401, zh: '请先登录。', en: 'Log in first.' },
  'auth.forbidden': { status: 403, zh: '没有权限。', en: 'You may not do this.' },
  'auth.wrong': {
    status: 401,
    zh: '账号或密码不正确。',
    en: 'The account or the password is wrong.',
  },
  'auth.code': {
    status: 422,
    zh: '验证码不正确或已过期，请重新获取。',
    en: 'The code is wrong or has expired. Ask for a new one.',
  },
  'auth.way': {
    status: 403,
    zh: '未启用此登录方式，请换一种方式或联系会务。',
    en: 'This way to log in is not open. Use another, or ask the organiser.',
  },
  'auth.outside': {
    status: 403,
    zh: '第三方登录未完成，请重新登录。',
    en: 'The log-in at the other site was not completed. Log in again.',
  },
  'auth.resetLink': {
    status: 403,
    zh: '重置密码的链接无效、已过期或已使用，请重新申请。',
    en: 'This link is not valid, has expired or was used. Ask for a new one.',
  },
  'auth.secondStep': {
    status: 403,
    zh: '请先在账号页开启两步验证。',
    en: 'Set up two-step verification on your account page first.',
  },
  'account.taken': {
    status: 409,
    zh: '已被另一个账号使用。',
    en: 'Another account uses this already.',
  },
  'account.password': {
    status: 422,
    zh: '密码至少 10 个字符，且不能与账号相同。',
    en: 'A password has at least 10 characters and is not the account name.',
  },
  'sms.tooMany': {
    status: 429,
    zh: '短信发送过于频繁，请稍后再试。',
    en: 'Too many text messages. Try again later.',
  },
  'sms.failed': {
    status: 503,
    zh: '短信没有发出，请稍后再试或换一种登录方式。',
    en: 'The text message could not be sent. Try again soon, or log in another way.',
  },
  'sms.off': {
    status: 503,
    zh: '本系统未启用这类短信。',
    en: 'This installation does not send such text messages.',
  },
  'mail.failed': {
    status: 503,
    zh: '邮件没有发出，请稍后再试。',
    en: 'The e-mail could not be sent. Try again soon.',
  },
  notFound: { status: 404, zh: '未找到。', en: 'Not found.' },
  'conference.slug': {
    status: 409,
    zh: '该网址已被其他会议使用，请换一个。',
    en: 'Another conference has this address. Choose another one.',
  },
  'conference.state': {
    status: 409,
    zh: '会议当前状态不允许此操作。',
    en: 'The state of the conference does not allow this.',
  },
  'conference.notEmpty': {
    status: 409,
    zh: '会议还有录像，请先归档或删除录像。',
    en: 'The conference has recordings. Archive it, or delete them first.',
  },
  'conference.confirm': {
    status: 422,
    zh: '请输入会议网址以确认删除。',
    en: 'Enter the address of the conference to confirm.',
  },
  'member.lastOrganiser': {
    status: 409,
    zh: '会议至少需要一位组委会成员。',
    en: 'A conference needs at least one organiser.',
  },
  'member.notFound': {
    status: 404,
    zh: '没有这个账号，请发送邀请。',
    en: 'There is no such account. Send an invitation instead.',
  },
  'account.last': {
    status: 409,
    zh: '至少需要一位平台管理员；不能停用自己。',
    en: 'There must be an administrator left, and nobody can ban themselves.',
  },
  'account.exists': { status: 409, zh: '该账号已存在。', en: 'There is such an account already.' },
  'invitation.gone': {
    status: 404,
    zh: '邀请无效、已过期或已用完，请向组委会索取新的邀请。',
    en: 'The invitation is not valid any more. Ask the organisers for a new one.',
  },
  'key.actions': {
    status: 422,
    zh: '密钥的权限不能超过您自己的权限。',
    en: 'A key can do no more than its maker.',
  },
  'file.kind': {
    status: 415,
    zh: '请上传图片（JPEG、PNG、WebP、AVIF、GIF）或 MP4 视频。',
    en: 'Upload a picture (JPEG, PNG, WebP, AVIF, GIF) or an MP4 video.',
  },
  'request.keyReused': {
    status: 422,
    zh: '该 Idempotency-Key 已用于不同的请求。',
    en: 'This Idempotency-Key was used for another request.',
  },
  'request.keyBusy': {
    status: 409,
    zh: '同一请求正在处理，请稍后重试。',
    en: 'The same request is being worked on. Try again in a moment.',
  },
  'outside.refused': {
    status: 422,
    zh: '不能访问这个网址：须为公网 https 地址，且不能跳转。',
    en: 'This address cannot be asked: it must be public, https and without redirects.',
  },
  'outside.failed': {
    status: 422,
    zh: '对方网址没有正常响应，请检查后重试。',
    en: 'The other server did not answer. Check the address and try again.',
  },
  'venue.notFound': { status: 404, zh: '没有这个会场。', en: 'There is no such venue.' },
  'venue.state': {
    status: 409,
    zh: '会场当前状态不允许此操作，请刷新后重试。',
    en: 'The venue is in a state that does not allow this. Refresh and try again.',
  },
  'venue.noSignal': {
    status: 409,
    zh: '还没有收到推流，请先启动编码器。',
    en: 'No encoder is pushing yet. Start the encoder first.',
  },
  'venue.busy': { status: 409, zh: '会场正在直播，请先结束直播。', en: 'The venue is live. End it first.' },
  'media.badDirective': { status: 400, zh: '播放列表参数有误。', en: 'Bad playlist delivery directive.' },
  'media.timeout': { status: 503, zh: '暂无新内容。', en: 'Nothing new within the time limit.' },
  'pass.refused': {
    status: 403,
    zh: '观看凭证无效或已失效，请刷新页面。',
    en: 'This pass is not valid, or not any more. Reload the page.',
  },
  'access.password': { status: 403, zh: '观看密码不正确。', en: 'The password is not right.' },
  'server.unavailable': {
    status: 503,
    zh: '服务暂时不可用，请稍后再试。',
    en: 'The service is not available right now. Try again soon.',
  },
  'server.failed': { status: 500, zh: '服务器出错，已记录。', en: 'The server failed; it has been logged.' },
  'talk.notFound': { status: 404, zh: '没有这个报告。', en: 'There is no such talk.' },
  'talk.order': {
    status: 409,
    zh: '当前没有下一个报告，或会场未开播。',
    en: 'There is no next talk, or the venue is not live.',
  },
  'talk.begun': {
    status: 409,
    zh: '报告已经开始或结束，不能再移动。',
    en: 'The talk has begun or is over: it cannot be moved any more.',
  },
  'session.notFound': { status: 404, zh: '没有这个单元。', en: 'There is no such session.' },
  'programme.touched': {
    status: 409,
    zh: '之后又有改动涉及相同内容，请先撤销后来的改动。',
    en: 'Later changes touched the same things. Undo those first.',
  },
  'import.kind': {
    status: 415,
    zh: '无法识别的日程文件，请上传 XLSX、iCalendar、pretalx 或 Indico 的 JSON。',
    en: 'This is not a programme we can read. Upload XLSX, iCalendar, or JSON of pretalx or Indico.',
  },
  'import.broken': {
    status: 422,
    zh: '日程文件损坏或内容异常，请另存后重新上传。',
    en: 'The programme file is damaged or unusual. Save it again and upload it.',
  },
  'import.empty': {
    status: 422,
    zh: '没有在文件中找到日程，请使用模板或检查表头。',
    en: 'No programme was found in the file. Use the template, or check the column headings.',
  },
  'import.tooLarge': { status: 413, zh: '日程文件过大。', en: 'The programme file is too large.' },
  'import.stale': {
    status: 409,
    zh: '预览之后日程又有改动，请重新导入。',
    en: 'The programme was changed after the preview. Import again.',
  },
  'font.kind': {
    status: 415,
    zh: '这不是可用的字体文件，请上传 TTF 或 OTF。',
    en: 'This is not a font that can be used. Upload TTF or OTF.',
  },
  'font.room': {
    status: 409,
    zh: '字体总量已满，请先删除不用的字体。',
    en: 'There is no room for another font. Delete one that is not needed.',
  },
  'deck.notFound': { status: 404, zh: '没有这份课件。', en: 'There is no such deck.' },
  'deck.tooLarge': { status: 413, zh: '课件过大。', en: 'The deck is too large.' },
  'deck.tooManyPages': { status: 422, zh: '课件页数过多。', en: 'The deck has too many pages.' },
  'deck.kind': {
    status: 415,
    zh: '不支持的课件格式，请上传 PPTX、PPT、PPSX、ODP、PDF 或图片。',
    en: 'This kind of file is not a deck. Upload PPTX, PPT, PPSX, ODP, PDF or pictures.',
  },
  'deck.broken': {
    status: 422,
    zh: '课件文件损坏，请重新导出后上传。',
    en: 'The file is damaged. Export it again and upload it.',
  },
  'deck.encrypted': {
    status: 422,
    zh: '课件有密码，请去掉密码后上传。',
    en: 'The file is protected by a password. Remove it and upload again.',
  },
  'deck.hostile': {
    status: 422,
    zh: '课件内容异常，已拒绝。',
    en: 'The file was refused because of what it contains.',
  },
  'deck.tooSlow': {
    status: 422,
    zh: '课件转换超时，请简化后重试或上传 PDF。',
    en: 'Conversion took too long. Simplify the deck, or upload a PDF.',
  },
  'deck.failed': {
    status: 422,
    zh: '课件转换失败，请上传 PDF 再试。',
    en: 'Conversion failed. Try a PDF of the deck.',
  },
  'deck.offset': {
    status: 409,
    zh: '上传进度不一致，请从已接收的位置继续。',
    en: 'The upload does not go on at this offset. Go on from what was received.',
  },
  'clip.notFound': { status: 404, zh: '没有这个回放。', en: 'There is no such replay.' },
  'clip.empty': {
    status: 422,
    zh: '所选时间段没有录像。',
    en: 'There is no recording in the chosen stretch.',
  },
  'presenter.link': {
    status: 403,
    zh: '链接无效或已撤销，请向会务索取新链接。',
    en: 'The link is not valid any more. Ask the organiser for a new one.',
  },
  'publish.badKey': {
    status: 403,
    zh: '推流密钥无效，请到控制台复制新的推流地址。',
    en: 'Stream key is not valid. Copy the push address from the console again.',
  },
  'publish.expired': {
    status: 403,
    zh: '推流地址已过期，请到控制台重新生成。',
    en: 'The push address has expired. Make a new one in the console.',
  },
  'publish.blocked': {
    status: 403,
    zh: '该推流已被导播禁止，请联系会务。',
    en: 'This stream key is blocked by the operator. Contact the desk.',
  },
  'publish.busy': {
    status: 409,
    zh: '该会场已有推流在进行。',
    en: 'Another encoder is already publishing to this track.',
  },
  'publish.codec': {
    status: 415,
    zh: '不支持的编码格式，请使用 H.264 + AAC。',
    en: 'Unsupported codec. Use H.264 (or HEVC/AV1 by enhanced RTMP) with AAC.',
  },
  'publish.protocol': { status: 400, zh: '推流协议错误。', en: 'The encoder broke the RTMP protocol.' },
  'publish.superseded': {
    status: 409,
    zh: '推流已被新的编码器接管。',
    en: 'Another encoder has taken over this track.',
  },
  'publish.timeout': { status: 408, zh: '推流长时间无数据。', en: 'The encoder sent nothing for too long.' },
  'registration.closed': { status: 409, zh: '报名未开放或已截止。', en: 'Registration is not open.' },
  'registration.full': { status: 409, zh: '名额已满。', en: 'All places are taken.' },
  'registration.refused': {
    status: 409,
    zh: '报名未通过审核，如有疑问请联系会务。',
    en: 'Your registration was declined. Contact the organiser if this is a mistake.',
  },
  'registration.incomplete': {
    status: 422,
    zh: '请填写所有必填项。',
    en: 'Fill in everything that is required.',
  },
  'person.noPhone': {
    status: 409,
    zh: '请先在账户中验证手机号。',
    en: 'Confirm your phone number in your account first.',
  },
  'delegate.notMatched': {
    status: 404,
    zh: '未匹配到参会名单，请核对姓名和证件号后四位，或联系会务。',
    en: 'No place matches. Check the name and the last four of the ID, or contact the organiser.',
  },
  'delegate.file': {
    status: 422,
    zh: '无法读取名单文件，请上传 XLSX 或 CSV（UTF-8、GB18030）。',
    en: 'The list cannot be read. Upload XLSX or CSV (UTF-8 or GB18030).',
  },
  'delegate.oldWorkbook': {
    status: 422,
    zh: '这是旧版（.xls）或加了密码的工作簿，请在 Excel 里另存为不带密码的 XLSX 再上传。',
    en: 'This is an old workbook (.xls) or one with a password. Save it as XLSX without a password, then upload it.',
  },
  'delegate.empty': {
    status: 422,
    zh: '文件里没有内容，请检查后重新上传。',
    en: 'There is nothing in the file. Check it and upload it again.',
  },
  'delegate.tooMany': {
    status: 413,
    zh: '名单过大：最多 64 MB、50 万行，请分成几个文件导入。',
    en: 'The list is too large: at most 64 MB and 500,000 rows. Import it in several files.',
  },
  'delegate.columns': {
    status: 422,
    zh: '名单必须有手机号一列，或姓名与证件号后四位两列。',
    en: 'The list must have a column of phones, or names and last four of IDs.',
  },
  'delegate.importing': {
    status: 409,
    zh: '该名单正在导入，请稍后。',
    en: 'This list is being imported. Wait until it is done.',
  },
  'code.wrong': {
    status: 404,
    zh: '邀请码无效，请核对后重试。',
    en: 'This code is not valid. Check it and try again.',
  },
  'code.usedUp': { status: 409, zh: '邀请码已用完。', en: 'This code has been used up.' },
  'code.expired': { status: 410, zh: '邀请码已过期。', en: 'This code has expired.' },
  'reminder.begun': {
    status: 409,
    zh: '已经开始或已取消，不能再预约提醒。',
    en: 'It has begun or is cancelled; there is nothing to remind of any more.',
  },
  'consent.link': {
    status: 403,
    zh: '链接无效或已过期，请向会务索取新链接。',
    en: 'The link is not valid any more. Ask the organiser for a new one.',
  },
  'consent.code': {
    status: 403,
    zh: '验证码不正确或已过期，请重新获取。',
    en: 'The code is wrong or has expired. Ask for a new one.',
  },
  'consent.noPhone': {
    status: 409,
    zh: '会务尚未登记讲者的手机或邮箱。',
    en: 'The organiser has neither a phone number nor an e-mail address of the speaker.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errors;

/** The JSON body of every failed API answer. `detail` names the thing, the rule and the value. */
export type ErrorBody = { error: { code: ErrorCode; message: { zh: string; en: string }; detail?: string } };

/** An error with an entry in the table; `detail` is shown to the person beside the message. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  constructor(code: ErrorCode, detail?: string) {
    super(detail ? `${code}: ${detail}` : code);
    this.name = 'CodedError';
    this.code = code;
    this.detail = detail;
  }
  get status(): number {
    return errors[this.code].status;
  }
  body(): ErrorBody {
    const { zh, en } = errors[this.code];
    return {
      error: { code: this.code, message: { zh, en }, ...(this.detail ? { detail: this.detail } : {}) },
    };
  }
}
