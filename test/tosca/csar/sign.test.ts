import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readPrivateKey, readPublicKey, signContents, verifyContents } from '../../../src/tosca/csar/sign.ts';

const pems = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    secret: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    shared: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};
const keyOf = (reading: ReturnType<typeof readPrivateKey>) => {
  if (reading.kind === 'bad') throw new Error(reading.why);
  return reading.key;
};
const contents = new Map([
  ['a.yaml', Buffer.from('a')],
  ['b.sh', Buffer.from('b')],
]);
const codes = (problems: readonly { code: string }[]) => problems.map(({ code }) => code);

describe('signatures', () => {
  const { secret, shared } = pems();
  const text = signContents(contents, keyOf(readPrivateKey(secret)));
  const key = keyOf(readPublicKey(shared));

  test('hold for what was signed', () => expect(verifyContents(contents, text, key)).toEqual([]));

  test('fail for a changed, a new and a missing file', () => {
    const other = new Map([
      ['a.yaml', Buffer.from('A')],
      ['c', Buffer.from('c')],
    ]);
    expect(codes(verifyContents(other, text, key))).toEqual([
      'ChecksumMismatch',
      'ChecksumMismatch',
      'ChecksumMismatch',
    ]);
  });

  test('fail for another key', () =>
    expect(codes(verifyContents(contents, text, keyOf(readPublicKey(pems().shared))))).toEqual(['InvalidSignature']));

  test('fail where the checksums were changed along with the file', () => {
    const forged = text.replace(/^[0-9a-f]{64} {2}a\.yaml$/m, `${'0'.repeat(64)}  a.yaml`);
    expect(codes(verifyContents(contents, forged, key))).toEqual(['InvalidSignature']);
  });

  test.each(['', 'text', 'clocker-csar-signature: 1\n\n'])('are not read from %j', (bad) =>
    expect(codes(verifyContents(contents, bad, key))).toEqual(['InvalidSignature']),
  );

  test('need a key of the right kind', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rsa = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(readPrivateKey(rsa).kind).toBe('bad');
    expect(readPublicKey('no pem').kind).toBe('bad');
  });
});
