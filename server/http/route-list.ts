/** Every route of the running server with what it needs: docs/access.md is written from it, and the tests of access walk it. */
import type { App } from './app.ts';
import type { Needs } from './needs.ts';

export type ListedRoute = {
  readonly method: string;
  /** As registered, with `:id`. */
  readonly url: string;
  /** Undefined: forgotten, and a test fails. */
  readonly needs: Needs | undefined;
  readonly of: string | undefined;
  readonly orPresenter: boolean;
  /** Left out of the API's description: pages, and what is not ours to describe. */
  readonly hidden: boolean;
  readonly summary: string | undefined;
  readonly tags: readonly string[];
  readonly answers: readonly string[];
};

type Schema = { hide?: boolean; summary?: string; tags?: readonly string[]; response?: object };

/** To be called before the first route. */
export function listRoutes(app: App): readonly ListedRoute[] {
  const routes: ListedRoute[] = [];
  app.addHook('onRoute', (route) => {
    const { method, url, config = {} } = route;
    const schema = (route.schema ?? {}) as Schema;
    const { hide = false, summary, tags = [tagOf(url)], response = {} } = schema;
    if (!hide) route.schema = { ...schema, tags };
    for (const one of [method].flat()) {
      if (one === 'HEAD' || one === 'OPTIONS') continue;
      routes.push({
        ...{ method: one, url, summary, tags, needs: config.needs, of: config.of },
        orPresenter: config.orPresenter ?? false,
        hidden: hide,
        answers: Object.keys(response),
      });
    }
  });
  return routes;
}

/** For routes that name none: what the address is about. */
function tagOf(url: string): string {
  const [first = 'server', , third] = url.replace(/^\/api\/v1\//, '').split('/');
  if (first === 'conferences') return third?.replace(/\..*$/, '') ?? first;
  return first.startsWith('/') ? 'server' : first;
}
