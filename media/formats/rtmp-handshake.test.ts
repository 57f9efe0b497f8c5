import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  answerHandshake,
  blockDigest,
  clientDigestKey,
  digestOffset,
  handshakeSize,
  ServerHandshake,
} from './rtmp-handshake.ts';

function signedC1(schema: 0 | 1): Buffer {
  const c1 = randomBytes(handshakeSize);
  c1.writeUInt32BE(0x80000702, 4);
  const offset = digestOffset(c1, schema);
  blockDigest(c1, offset, clientDigestKey).copy(c1, offset);
  return c1;
}

test('a plain client gets its C1 back as S2', () => {
  const c1 = randomBytes(handshakeSize);
  c1.writeUInt32BE(0, 4);
  const { kind, answer } = answerHandshake(c1);
  expect(kind).toBe('plain');
  expect(answer).toHaveLength(1 + 2 * handshakeSize);
  expect(answer[0]).toBe(3);
  expect(answer.subarray(1 + handshakeSize)).toEqual(c1);
});

test('a client with a version but no valid digest is answered plainly', () => {
  const c1 = randomBytes(handshakeSize);
  expect(answerHandshake(c1).kind).toBe('plain');
});

describe.each([0, 1] as const)('digest schema %i', (schema) => {
  test('is recognised and answered with a digest the client can verify', () => {
    for (let i = 0; i < 20; i++) {
      const c1 = signedC1(schema);
      const { kind, answer } = answerHandshake(c1);
      expect(kind).toBe(`digest${schema}`);
      const s1 = answer.subarray(1, 1 + handshakeSize);
      const offset = digestOffset(s1, schema);
      const server = Buffer.from('Genuine Adobe Flash Media Server 001');
      expect(s1.subarray(offset, offset + 32)).toEqual(blockDigest(s1, offset, server));

      const s2 = answer.subarray(1 + handshakeSize);
      const clientOffset = digestOffset(c1, schema);
      const full = Buffer.concat([
        server,
        Buffer.from('f0eec24a8068bee82e00d0d1029e7e576eec5d2d29806fab93b8e636cfeb31ae', 'hex'),
      ]);
      const key = createHmac('sha256', full)
        .update(c1.subarray(clientOffset, clientOffset + 32))
        .digest();
      const expected = createHmac('sha256', key).update(s2.subarray(0, -32)).digest();
      expect(s2.subarray(-32)).toEqual(expected);
    }
  });
});

test('the bytes may come one at a time, and what follows C2 is left alone', () => {
  const handshake = new ServerHandshake();
  const bytes = Buffer.concat([
    Buffer.from([3]),
    signedC1(1),
    Buffer.alloc(handshakeSize),
    Buffer.from('next'),
  ]);
  let answers = 0;
  let used = 0;
  for (const byte of bytes) {
    const step = handshake.push(Buffer.from([byte]));
    used += step.used;
    if (step.answer) answers++;
  }
  expect(answers).toBe(1);
  expect(handshake.done).toBe(true);
  expect(handshake.kind).toBe('digest1');
  expect(used).toBe(bytes.length - 4);
});

test('a first byte that is not version 3 is refused at once', () => {
  expect(() => new ServerHandshake().push(Buffer.from('GET / HTTP/1.1'))).toThrow(
    'RTMP version must be 3 (got 71)',
  );
});
