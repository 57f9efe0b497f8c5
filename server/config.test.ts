import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { ConfigError, describeVariables, variables } from './env.ts';

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('the configuration', () => {
  it('is complete without any variable', () => {
    const config = readConfig({});
    expect(config.http.port).toBe(8080);
    expect(config.tls.kind).toBe('off');
    expect(config.database.url).toBeUndefined();
    expect(config.disk.reserve).toBe(2 ** 30);
  });

  it('refuses a wrong value with the name, the rule and the value', () => {
    expect(problemsOf({ ROSTRUM_HTTP_PORT: '80a' })).toEqual([
      'ROSTRUM_HTTP_PORT must be a port, 0 to 65535 (0: any free one) (got "80a")',
    ]);
    expect(problemsOf({ ROSTRUM_HTTP_PORT: '65536', ROSTRUM_TRUSTED_PROXIES: '10.0.0.0/33' })).toHaveLength(
      2,
    );
    expect(problemsOf({ ROSTRUM_PUBLIC_URL: 'https://x.org/path' })[0]).toContain('without a path');
  });

  it('never repeats a secret in a refusal', () => {
    expect(problemsOf({ ROSTRUM_ADMIN_PASSWORD: 'hunter2' })[0]).not.toContain('hunter2');
  });

  it('takes a mail server and its sender together, and never repeats its password', () => {
    const url = 'smtp://me:hunter2@mail.example.org:587';
    const from = '年会 <live@example.org>';
    expect(readConfig({ ROSTRUM_SMTP_URL: url, ROSTRUM_SMTP_FROM: from }).smtp).toEqual({ url, from });
    expect(readConfig({}).smtp).toBeUndefined();
    for (const wrong of [
      { ROSTRUM_SMTP_URL: url },
      { ROSTRUM_SMTP_FROM: from },
      { ROSTRUM_SMTP_URL: url, ROSTRUM_SMTP_FROM: 'nobody' },
      { ROSTRUM_SMTP_URL: 'http://me:hunter2@mail.example.org', ROSTRUM_SMTP_FROM: from },
    ]) {
      expect(problemsOf(wrong)).toHaveLength(1);
      expect(problemsOf(wrong)[0]).not.toContain('hunter2');
    }
  });

  it('refuses a variable it does not know, for it is a typing error', () => {
    expect(problemsOf({ ROSTRUM_HTTP_PROT: '80' })[0]).toContain('ROSTRUM_HTTP_PROT');
  });

  it('wants both files of a certificate, and readable', () => {
    expect(problemsOf({ ROSTRUM_TLS_CERT: '/nowhere/cert.pem' })).toHaveLength(2);
  });

  it('reads sizes, lists and flags', () => {
    const config = readConfig({
      ROSTRUM_DISK_RESERVE: '500M',
      ROSTRUM_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      ROSTRUM_TLS_SELF_SIGNED: 'on',
      ROSTRUM_PREVIEW_CPU: '25',
    });
    expect(config.disk.reserve).toBe(500 * 2 ** 20);
    expect(config.http.trustedProxies).toEqual(['10.0.0.0/8', '::1']);
    expect(config.tls.kind).toBe('selfSigned');
    expect(config.preview.cpu).toBe(0.25);
  });

  it('lists every variable with its default in the help', () => {
    const help = describeVariables();
    for (const name of Object.keys(variables)) expect(help).toContain(name);
  });
});
