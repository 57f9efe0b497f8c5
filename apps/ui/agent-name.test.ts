import { describe, expect, it } from 'vitest';
import { en } from '../account/messages/en.ts';
import { zhCN } from '../account/messages/zh-CN.ts';
import { agentName } from './agent-name.ts';

describe('names of devices', () => {
  it.each([
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50',
      '微信 WeChat · iPhone',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0',
      'Edge · Windows',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15',
      'Safari · Mac',
    ],
    ['curl/8.5', undefined],
  ])('%s', (agent, name) => expect(agentName(agent)).toBe(name));
});

describe('texts of log-in and account', () => {
  it('have the same keys in both languages', () =>
    expect(Object.keys(en).sort()).toEqual(Object.keys(zhCN).sort()));
});
