import helmet from '@fastify/helmet';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { allowFrames, originsOf, withOrigins } from './embed.ts';

describe('frames', () => {
  it('takes origins as a browser writes them, each once, and nothing else', () => {
    expect(
      originsOf([
        'https://Society.example/path',
        'https://society.example',
        'http://a.example:8080',
        'javascript:1',
        'x',
      ]),
    ).toEqual(['https://society.example', 'http://a.example:8080']);
  });
  it('are allowed to the named origins only, in place of the refusal every answer carries', async () => {
    const app = Fastify();
    await app.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'self'"], frameAncestors: ["'none'"] },
      },
      frameguard: { action: 'deny' },
    });
    app.get('/some', (_request, reply) => {
      allowFrames(reply, ['https://a.example', 'https://b.example']);
      return reply.send('');
    });
    app.get('/none', (_request, reply) => {
      allowFrames(reply, []);
      return reply.send('');
    });
    const some = await app.inject('/some');
    expect(some.headers['content-security-policy']).toBe(
      "default-src 'self';frame-ancestors https://a.example https://b.example",
    );
    expect(some.headers['x-frame-options']).toBeUndefined();
    const none = await app.inject('/none');
    expect(none.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(none.headers['x-frame-options']).toBe('DENY');
    await app.close();
  });
  it('tell the page who may speak to it', () => {
    expect(withOrigins('<head></head>', ['https://a.example'])).toContain(
      '<meta name="rostrum-embed" content="https://a.example" />',
    );
  });
});
