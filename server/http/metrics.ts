/** Prometheus metrics of the process and of HTTP; the live desk adds its own to the same registry. */
import { timingSafeEqual } from 'node:crypto';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { CodedError } from '#contracts/errors.ts';
import type { Hashing } from '../auth/hashing.ts';
import type { App } from './app.ts';
import type { Clients } from './client.ts';

export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'rostrum_' });
  return registry;
}

export type MetricsOptions = {
  readonly registry: Registry;
  /** Undefined: loopback only. */
  readonly token: string | undefined;
  readonly clients: Clients;
  readonly hashing: Hashing;
};

export function registerMetrics(app: App, options: MetricsOptions): void {
  const { registry, token, clients, hashing } = options;
  const seconds = new Histogram({
    name: 'rostrum_api_seconds',
    help: 'Time of API answers by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  new Gauge({
    name: 'rostrum_log_ins_waiting',
    help: 'Log-ins that wait for password hashing.',
    registers: [registry],
    collect() {
      this.set(hashing.load.waiting);
    },
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url;
    if (route?.startsWith('/api/'))
      seconds.observe(
        { method: request.method, route, status: String(reply.statusCode) },
        reply.elapsedTime / 1000,
      );
  });
  app.get('/metrics', { config: { needs: 'nobody' }, schema: { hide: true } }, async (request, reply) => {
    const allowed = token
      ? sameText(request.headers.authorization ?? '', `Bearer ${token}`)
      : clients.isLocal(request.raw);
    if (!allowed) throw new CodedError('notFound');
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

function sameText(given: string, wanted: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
}
