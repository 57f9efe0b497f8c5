/** SMTP as a mail server speaks it, for tests: takes messages and keeps them. */
import { type AddressInfo, createServer, type Socket } from 'node:net';

export type TakenMail = { from: string; to: string[]; data: string };

export type MailServer = {
  readonly url: string;
  readonly taken: readonly TakenMail[];
  /** What was written, decoded. */
  textOf(mail: TakenMail): string;
  close(): Promise<void>;
};

/** A mail server that takes everything, or answers a command (`MAIL`, `RCPT`…) with what is given. */
export async function startMailServer(answers: Record<string, string> = {}): Promise<MailServer> {
  const taken: TakenMail[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let mail: TakenMail = { from: '', to: [], data: '' };
    let reading = false;
    let rest = '';
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 test');
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      rest += bytes.toString();
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        const [verb = ''] = line.toUpperCase().split(/[ :]/);
        if (reading) {
          if (line !== '.') mail.data += `${line}\n`;
          else {
            reading = false;
            taken.push(mail);
            mail = { from: '', to: [], data: '' };
            say('250 taken');
          }
        } else if (answers[verb] !== undefined) say(answers[verb]);
        else if (verb === 'MAIL') {
          mail.from = line.slice(10);
          say('250 ok');
        } else if (verb === 'RCPT') {
          mail.to.push(line.slice(8));
          say('250 ok');
        } else if (verb === 'DATA') {
          reading = true;
          say('354 go on');
        } else if (verb === 'QUIT') socket.end('221 bye\r\n');
        else say('250 ok');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    textOf: ({ data }) => {
      const [head = '', body = ''] = data.split('\n\n');
      const [, coding = ''] = /^Content-Transfer-Encoding: (\S+)/im.exec(head) ?? [];
      if (coding === 'base64') return Buffer.from(body, 'base64').toString();
      return coding === 'quoted-printable' ? unquoted(data.slice(head.length + 2)) : body;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** RFC 2045 6.7. */
const unquoted = (text: string): string => {
  const bytes = text
    .replaceAll(/=\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
};
