/** The process that is the audience: told by messages what to watch, answers with what it counted. It ends with its parent. */
import { HttpLine } from './http-line.ts';
import { Announcements, Tally, type Watch, watchLive, watchStatic } from './viewer.ts';

export type AudienceOrder =
  | {
      readonly do: 'live';
      readonly port: number;
      readonly clients: number;
      readonly folders: readonly string[];
    }
  | {
      readonly do: 'static';
      readonly port: number;
      readonly clients: number;
      /** Files of each connection of a client, taken in turn. */
      readonly renditions: readonly { readonly name: string; readonly files: number }[];
      readonly everyMs: number;
    }
  | { readonly do: 'count' }
  | { readonly do: 'report' };

export type AudienceReport = {
  readonly requests: number;
  readonly bytes: number;
  readonly parts: number;
  readonly errors: number;
  readonly skips: number;
  readonly delays: readonly number[];
  readonly ages: readonly number[];
};

/** Ms over which all clients arrive. */
const arriveWithin = 1500;
let tally = new Tally();
const watch: Watch = { announcements: new Announcements(), tally: () => tally };

function begin(order: AudienceOrder & { do: 'live' | 'static' }): void {
  for (let i = 0; i < order.clients; i++) {
    setTimeout(
      () => {
        const line = () => new HttpLine('127.0.0.1', order.port);
        if (order.do === 'live') for (const folder of order.folders) void watchLive(line(), folder, watch);
        else
          for (const { name, files } of order.renditions)
            void watchStatic(
              line(),
              {
                everyMs: order.everyMs,
                playlist: (k) => `/${name}/${k % files}.m3u8`,
                part: (k) => `/${name}/${k % files}.m4s`,
              },
              watch,
            );
      },
      (i * arriveWithin) / order.clients,
    );
  }
}

process.on('message', (order: AudienceOrder) => {
  if (order.do === 'count') tally = new Tally();
  else if (order.do === 'report') process.send?.(tally satisfies AudienceReport);
  else begin(order);
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
