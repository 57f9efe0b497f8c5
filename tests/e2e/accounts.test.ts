import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { adminEmail, startTestServer, type TestServer } from '#tests/faults/server-double.ts';
import { lastCode } from '#tests/harness/account-client.ts';
import { launchBrowser, openPage, pc, phone as phoneSize } from '#tests/harness/browser.ts';
import { type MailServer, startMailServer } from '#tests/harness/mail-server.ts';
import { totp } from '#tests/harness/totp.ts';
import { checkPage, collectConsoleErrors } from './page-checks.ts';
import { type PageServer, servePages } from './page-server.ts';

let pages: PageServer;
let mails: MailServer;
let test: TestServer;
let browser: Browser;
const contexts: BrowserContext[] = [];
let number = 0;
const nextPhone = () => `1370000${String(1000 + number++)}`;

beforeAll(async () => {
  pages = await servePages(['account']);
  mails = await startMailServer();
  test = await startTestServer(
    {
      ROSTRUM_PUBLIC_URL: 'http://live.example.org',
      ROSTRUM_SMTP_URL: mails.url,
      ROSTRUM_SMTP_FROM: 'live@example.org',
      ROSTRUM_SMS_SPACING: '0',
      ROSTRUM_SIGN_UP: 'phone,password',
      ROSTRUM_WECHAT_APP_ID: 'wxinside',
      ROSTRUM_WECHAT_APP_SECRET: 'secret',
      ROSTRUM_WECHAT_QR_APP_ID: 'wx',
      ROSTRUM_WECHAT_QR_APP_SECRET: 'secret',
      ROSTRUM_PARTNERS: JSON.stringify([
        {
          ...{ id: 'society', name: '某某学会会员登录', secret: 'x'.repeat(32) },
          logInUrl: 'https://society.example/login',
        },
      ]),
    },
    { pagesFolder: pages.folder },
  );
  browser = await launchBrowser();
});
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});
afterAll(async () => {
  await browser?.close();
  await test?.close();
  await mails?.close();
  await pages?.close();
});

async function open(path: string, size = phoneSize): Promise<Page> {
  const { context, page } = await openPage(browser, `${test.base}${path}`, size);
  contexts.push(context);
  return page;
}
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

async function logIn(page: Page, phone = nextPhone()): Promise<string> {
  await page.getByLabel('手机号').fill(phone);
  await button(page, '获取验证码').click();
  await page.getByText('验证码已发送至').waitFor();
  await page.getByLabel('验证码', { exact: true }).fill(await lastCode(test.dataDir, `+86${phone}`));
  await button(page, '登录 / 注册').click();
  return phone;
}

describe('log-in', () => {
  it('by a code leads back to where the person was', async () => {
    const page = await open('/login?next=%2Faccount%3Ffrom%3Dhere%23there');
    const errors = collectConsoleErrors(page);
    await logIn(page);
    await page.waitForURL('**/account?from=here#there');
    await page.getByRole('heading', { name: /^137\*{4}/ }).waitFor();
    expect(errors).toEqual([]);
  });

  it('fault 73: never leads to another site', async () => {
    const page = await open(`/login?next=${encodeURIComponent('https://evil.example/x')}`);
    await logIn(page);
    await page.waitForURL(`${test.base}/account`);
    const already = await page.context().newPage();
    await already.goto(`${test.base}/login?next=${encodeURIComponent('//evil.example')}`);
    await already.waitForURL(`${test.base}/account`);
  });

  it('says what is wrong with a number, a code, a password', async () => {
    const page = await open('/login');
    await button(page, '获取验证码').click();
    await page.getByText('请填写正确的手机号。').waitFor();
    expect(await page.getByLabel('手机号').evaluate((field) => field === document.activeElement)).toBe(true);
    const phone = nextPhone();
    await page.getByLabel('手机号').fill(phone);
    await button(page, '获取验证码').click();
    await page.getByText('验证码已发送至').waitFor();
    const code = await lastCode(test.dataDir, `+86${phone}`);
    await page.getByLabel('验证码', { exact: true }).fill(code === '123456' ? '654321' : '123456');
    await button(page, '登录 / 注册').click();
    await page.getByText('验证码不正确或已过期').waitFor();
    await page.getByText('密码', { exact: true }).click();
    await page.getByLabel('邮箱或用户名').fill('nobody');
    await page.getByLabel('密码', { exact: true }).last().fill('wrong password');
    await button(page, '登录').click();
    await page.getByText('账号或密码不正确。').waitFor();
  });

  it.each([
    ['phone', phoneSize],
    ['PC', pc],
  ] as const)('passes the page checks on a %s, with every way there is', async (_name, size) => {
    const page = await open('/login?problem=auth.outside', size);
    await page.getByText('第三方登录未完成').waitFor();
    await page.getByRole('link', { name: '微信扫码登录' }).waitFor();
    await page.getByRole('link', { name: '某某学会会员登录' }).waitFor();
    expect(await checkPage(page)).toEqual([]);
    await page.getByText('密码', { exact: true }).click();
    await page.getByLabel('邮箱或用户名').waitFor();
    expect(await checkPage(page)).toEqual([]);
    await button(page, 'English').click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(await checkPage(page)).toEqual([]);
  });

  it('inside WeChat begins with WeChat: one tap leads to its question', async () => {
    const context = await browser.newContext({
      ...{ viewport: phoneSize, locale: 'zh-CN', isMobile: true, hasTouch: true },
      userAgent: 'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50',
    });
    contexts.push(context);
    const page = await context.newPage();
    await page.goto(`${test.base}/login?next=%2Fwatch%2Fv1`);
    await page.getByRole('link', { name: '微信登录' }).waitFor();
    expect(await page.getByRole('link', { name: '微信扫码登录' }).count()).toBe(0);
    expect(await checkPage(page)).toEqual([]);
    await context.route('https://open.weixin.qq.com/**', (route) => route.fulfill({ body: 'WeChat asks' }));
    await page.getByRole('link', { name: '微信登录' }).click();
    await page.waitForURL(/open\.weixin\.qq\.com\/connect\/oauth2\/authorize\?appid=wxinside/);
  });

  it('with a forgotten password goes by a mailed link, which is in no address afterwards', async () => {
    const page = await open('/login');
    const errors = collectConsoleErrors(page, [/403/]);
    await page.getByText('密码', { exact: true }).click();
    await page.getByLabel('邮箱或用户名').fill(adminEmail);
    await button(page, '忘记密码？').click();
    await page.getByRole('heading', { name: '重置密码' }).waitFor();
    expect(await page.getByLabel('邮箱', { exact: true }).inputValue()).toBe(adminEmail);
    expect(await checkPage(page)).toEqual([]);
    await button(page, '发送链接').click();
    await page.getByText('如果该邮箱已注册').waitFor();
    await expect.poll(() => mails.taken.length).toBe(1);
    const [, path = ''] =
      /http:\/\/live\.example\.org(\/login#\S+)/.exec(mails.textOf(mails.taken[0]!)) ?? [];
    const link = await open(path);
    const next = 'a new and long password';
    await link.getByLabel('新密码（至少 10 个字符）').fill(next);
    expect(await checkPage(link)).toEqual([]);
    await button(link, '保存').click();
    await link.getByText('新密码已保存，请登录。').waitFor();
    expect(link.url()).toBe(`${test.base}/login`);
    await link.getByLabel('邮箱或用户名').fill(adminEmail);
    await link.getByLabel('密码', { exact: true }).last().fill(next);
    await button(link, '登录').click();
    await link.waitForURL('**/account');
    const again = await open(path);
    await again.getByLabel('新密码（至少 10 个字符）').fill(next);
    await button(again, '保存').click();
    await again.getByText('重置密码的链接无效').waitFor();
    expect(errors).toEqual([]);
  });

  it('can be done by keyboard alone', async () => {
    const page = await open('/login', pc);
    const phone = nextPhone();
    await page.getByLabel('手机号').waitFor();
    const focusedOn = async (name: RegExp) => {
      for (let press = 0; press < 12; press++) {
        await page.keyboard.press('Tab');
        const text = await page.evaluate(() => {
          const { activeElement: element } = document;
          const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
          return label ?? element?.textContent ?? '';
        });
        if (name.test(text)) return;
      }
      throw new Error(`no tab stop is called ${name}`);
    };
    await focusedOn(/^手机号$/);
    await page.keyboard.type(phone);
    await focusedOn(/^获取验证码$/);
    await page.keyboard.press('Enter');
    await page.getByText('验证码已发送至').waitFor();
    await page.keyboard.type(await lastCode(test.dataDir, `+86${phone}`));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/account');
  });
});

describe("one's own account", () => {
  const enter = async (size = phoneSize) => {
    const page = await open('/login', size);
    const phone = await logIn(page);
    await page.waitForURL('**/account');
    await page.getByLabel('单位 / 医院').waitFor();
    return { page, phone };
  };

  it.each([
    ['phone', phoneSize],
    ['PC', pc],
  ] as const)('keeps the profile, and passes the page checks on a %s', async (_name, size) => {
    const { page } = await enter(size);
    await page.getByLabel('姓名').fill('李明');
    await page.getByLabel('单位 / 医院').fill('某市人民医院');
    await page.getByLabel('地区', { exact: true }).selectOption({ label: '湖北省' });
    await page.getByLabel('地区（细分）').selectOption({ label: '武汉市' });
    await page.getByLabel('科室', { exact: true }).selectOption({ label: '内科' });
    await page.getByLabel('科室（细分）').selectOption({ label: '心血管内科' });
    await page.getByLabel('职称', { exact: true }).selectOption({ label: '其他（自行填写）' });
    await page.getByLabel('职称（自行填写）').fill('规培医师');
    await button(page, '保存').click();
    await page.getByText('已保存。').waitFor();
    await page.getByRole('heading', { name: '李明' }).waitFor();
    expect(await checkPage(page)).toEqual([]);
    await page.reload();
    await page.getByLabel('科室（细分）').waitFor();
    expect(await page.getByLabel('地区（细分）').inputValue()).toBe('420100');
    expect(await page.getByLabel('科室（细分）').inputValue()).toBe('03.04');
    expect(await page.getByLabel('职称（自行填写）').inputValue()).toBe('规培医师');
  });

  it('lists the devices and ends the others', async () => {
    const { page, phone } = await enter();
    const other = await open('/login', pc);
    await logIn(other, phone);
    await other.waitForURL('**/account');
    await page.reload();
    const devices = section(page, '登录的设备');
    await devices.getByText('本设备').waitFor();
    expect(await devices.getByRole('listitem').count()).toBe(2);
    await button(page, '退出其他所有设备').click();
    await button(page, '退出其他所有设备').waitFor({ state: 'detached' });
    expect(await devices.getByRole('listitem').count()).toBe(1);
    await other.reload();
    await other.getByText('尚未登录。').waitFor();
  });

  it('sets up the second step with the QR code, and is asked for it then', async () => {
    const { page, phone } = await enter();
    await button(page, '开启两步验证').click();
    await section(page, '两步验证').getByRole('button', { name: '开启两步验证' }).click();
    await page.getByRole('img', { name: '两步验证的二维码' }).waitFor();
    expect(await checkPage(page)).toEqual([]);
    const secret = (await page.locator('code.secret').textContent()) ?? '';
    const uri = `otpauth://totp/x?secret=${secret}`;
    await page.getByLabel('应用中显示的 6 位验证码').fill(totp(uri));
    await button(page, '确认开启').click();
    await section(page, '两步验证').getByText('已开启。').waitFor();

    const again = await open('/login?next=%2Faccount%23second');
    await logIn(again, phone);
    await again.getByRole('heading', { name: '两步验证' }).waitFor();
    expect(await checkPage(again)).toEqual([]);
    await again.getByLabel('验证码或备用码').fill('000000');
    await button(again, '登录').click();
    await again.getByText('验证码不正确或已过期').waitFor();
    await again.getByLabel('验证码或备用码').fill(totp(uri));
    await button(again, '登录').click();
    await again.waitForURL('**/account#second');
  });

  it('gives all data, and is deleted only after the word', async () => {
    const { page, phone } = await enter();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: '导出我的数据' }).click();
    const file = await (await download).path();
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      account: { phoneNumber: `+86${phone}` },
    });
    await button(page, '删除账号').click();
    expect(await button(page, '永久删除账号').isDisabled()).toBe(true);
    await page.getByLabel(/请输入“删除”/).fill('删除');
    await button(page, '永久删除账号').click();
    await page.waitForURL('**/login');
    await page.getByLabel('手机号').waitFor();
    await page.goto(`${test.base}/account`);
    await page.getByText('尚未登录。').waitFor();
  });
});
