/** The secrets that passes are signed with: kept in the data folder, a new one every month, the one before good as long as its passes are. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { longestSitting, type PassKey, passKey } from './pass.ts';

const storedSchema = z.array(
  z.object({ id: z.number().int().min(0).max(255), secret: z.string().min(40), since: z.number() }),
);
type Stored = z.infer<typeof storedSchema>[number];

/** Ms a key signs. */
const signsFor = 30 * 24 * 3_600_000;

/** Where the keys lie; written whole or not at all. */
export interface KeyFile {
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
}

/** Newest first: that one signs. Made at the first call, and when the newest is a month old. `now`: epoch ms. */
export async function loadPassKeys(file: KeyFile, now: number): Promise<readonly PassKey[]> {
  const text = await file.read();
  const known = text === undefined ? [] : storedSchema.parse(JSON.parse(text));
  // An older one is of use until the last pass it may have signed has expired.
  const good = known.filter((_, i) => {
    const replacedAt = known[i - 1]?.since;
    return replacedAt === undefined || replacedAt + longestSitting > now;
  });
  const [newest] = good;
  // A clock that was put back must not make a key a day.
  if (newest && newest.since + signsFor > now) return good.map(keyOf);
  const next: Stored = {
    id: ((newest?.id ?? -1) + 1) % 256,
    secret: randomBytes(32).toString('base64url'),
    since: now,
  };
  const keys = [next, ...good].slice(0, 8);
  await file.write(JSON.stringify(keys));
  return keys.map(keyOf);
}

const keyOf = ({ id, secret, since }: Stored): PassKey =>
  passKey(id, since, Buffer.from(secret, 'base64url'));
