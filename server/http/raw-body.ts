/** Routes whose body is a file as it is: bytes are a body in their scope and nowhere else. */
import type { App } from './app.ts';

/** Spreadsheets and CSV come under many names; what they are is told by their bytes. */
const kinds = [
  'application/octet-stream',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.ms-excel',
  /^text\//,
];

export function inRawScope(app: App, register: (scope: App) => void): void {
  void app.register(async (scope) => {
    for (const kind of kinds)
      scope.addContentTypeParser(kind, (_request, payload, done) => done(null, payload));
    register(scope as unknown as App);
  });
}
