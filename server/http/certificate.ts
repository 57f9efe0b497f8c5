/** The certificate of HTTPS and RTMPS: files given, or one of our own for trying phones in the same network. */
import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import type { Config } from '../config.ts';
import type { Tls } from './listeners.ts';

export async function loadCertificate(config: Config): Promise<Tls | undefined> {
  const { tls, dataDir } = config;
  if (tls.kind === 'off') return undefined;
  if (tls.kind === 'files')
    return { cert: await readFile(tls.certFile, 'utf8'), key: await readFile(tls.keyFile, 'utf8') };
  return ownCertificate(dataDir);
}

/** Kept in the data folder, so that a phone that accepted it once is not asked again; made anew when addresses changed or it ends. */
async function ownCertificate(dataDir: string): Promise<Tls> {
  const file = join(dataDir, 'secrets', 'self-signed.json');
  const addresses = ownAddresses();
  const kept = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Tls,
    () => undefined,
  );
  if (kept && covers(kept.cert, addresses)) return kept;
  const made = await generate([{ name: 'commonName', value: 'Rostrum' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // Apple's systems refuse certificates of more than 825 days.
    notAfterDate: new Date(Date.now() + 800 * 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          ...addresses.map((ip): { type: 7; ip: string } => ({ type: 7, ip })),
        ],
      },
    ],
  });
  const tls = { cert: made.cert, key: made.private };
  await mkdir(join(dataDir, 'secrets'), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.tmp`, JSON.stringify(tls), { mode: 0o600 });
  await rename(`${file}.tmp`, file);
  return tls;
}

function covers(cert: string, addresses: readonly string[]): boolean {
  const parsed = new X509Certificate(cert);
  const monthLeft = parsed.validToDate.getTime() - Date.now() > 30 * 86_400_000;
  return monthLeft && addresses.every((address) => parsed.checkIP(address) !== undefined);
}

/** Link-local addresses carry a zone and cannot be in a certificate. */
const ownAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map(({ address }) => address)
    .filter((address) => !address.startsWith('fe80'));
