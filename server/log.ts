/** The process's logger: JSON lines on stderr. CR and LF in values are escaped by JSON; secrets are cut out (FAULTS 55). */
import pino, { type Logger } from 'pino';

const secretFields = [
  'password',
  'streamKey',
  'key',
  'token',
  'sign',
  'secret',
  'cookie',
  'authorization',
  'pass',
];

export function createLogger(level: string, destination: pino.DestinationStream = stderr()): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretFields.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    destination,
  );
}

/** Asynchronous: a slow disk behind stderr must not hold the event loop (FAULTS 93). */
const stderr = (): pino.DestinationStream => pino.destination({ fd: 2, sync: false, maxLength: 1_000_000 });

/** An address as it may be logged: without passes, stream keys, signatures and tokens. */
export function redactUrl(url: string): string {
  return url
    .replace(/^\/media\/(?!public\/)[^/?]+/, '/media/[redacted]')
    .replace(/([?&](?:key|sign|token|code|pass|password|secret)=)[^&]*/gi, '$1[redacted]')
    .slice(0, 500);
}
