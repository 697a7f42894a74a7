/**
 * Signatures of archives: checksums of all their files, signed with an Ed25519 key, in a file of their own. They belong to
 * what is in the archive, however it is packed.
 */
import { createHash, createPrivateKey, createPublicKey, sign, timingSafeEqual, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Problem } from '../../diagnostic/problem.ts';
import { toscaProblem } from '../problems.ts';
import type { Contents } from './contents.ts';

const heading = 'clocker-csar-signature: 1';

/** `sha256  name`, a line per file in order of names: what `sha256sum --check` reads. */
const renderChecksums = (contents: Contents): string =>
  [...contents]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`)
    .join('');

export type KeyReading =
  | { readonly kind: 'key'; readonly key: KeyObject }
  | { readonly kind: 'bad'; readonly why: string };

/** A private key in PEM, as `openssl genpkey -algorithm ed25519` writes it. */
export const readPrivateKey = (pem: string): KeyReading => readKey(() => createPrivateKey(pem));

/** A public key in PEM, or a private one, of which only the public half is used. */
export const readPublicKey = (pem: string): KeyReading => readKey(() => createPublicKey(pem));

function readKey(read: () => KeyObject): KeyReading {
  try {
    const key = read();
    return key.asymmetricKeyType === 'ed25519'
      ? { kind: 'key', key }
      : { kind: 'bad', why: `it is a key for ${key.asymmetricKeyType ?? 'nothing known'}, and Ed25519 is needed` };
  } catch {
    return { kind: 'bad', why: 'it is no key in PEM' };
  }
}

/** First bytes of the public key's own hash: tells keys apart for people. */
export const fingerprintOf = (key: KeyObject): string => {
  const shared = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256')
    .update(shared.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 32);
};

/** The text of the signature file. */
export function signContents(contents: Contents, key: KeyObject): string {
  const checksums = renderChecksums(contents);
  const signature = sign(null, Buffer.from(checksums, 'utf8'), key).toString('base64');
  return `${heading}\nalgorithm: ed25519\nkey: ${fingerprintOf(key)}\nsignature: ${signature}\n\n${checksums}`;
}

/** No problem: every file is as it was when the owner of the key signed. */
export function verifyContents(contents: Contents, signatureText: string, key: KeyObject): readonly Problem[] {
  const [head = '', ...rest] = signatureText.replaceAll('\r\n', '\n').split('\n\n');
  const signed = rest.join('\n\n');
  const signature = /^signature: ([A-Za-z0-9+/=]+)$/m.exec(head)?.[1];
  if (!head.startsWith(heading) || signature === undefined)
    return [toscaProblem('InvalidSignature', 'This is no signature of an archive.', undefined, {})];
  if (!verify(null, Buffer.from(signed, 'utf8'), key, Buffer.from(signature, 'base64')))
    return [
      toscaProblem(
        'InvalidSignature',
        `The signature was not made with the key ${fingerprintOf(key)}, or what was signed has changed.`,
        undefined,
        {},
      ),
    ];
  return compareChecksums(contents, signed);
}

function compareChecksums(contents: Contents, signed: string): readonly Problem[] {
  const wanted = new Map<string, string>();
  for (const line of signed.split('\n')) {
    const match = /^([0-9a-f]{64}) {2}(.+)$/.exec(line);
    if (match !== null) wanted.set(match[2] ?? '', match[1] ?? '');
  }
  const problems: Problem[] = [];
  const mismatch = (message: string): void =>
    void problems.push(toscaProblem('ChecksumMismatch', message, undefined, {}));
  for (const [name, bytes] of contents) {
    const sum = wanted.get(name);
    if (sum === undefined) mismatch(`"${name}" was not there when the archive was signed.`);
    else if (!timingSafeEqual(Buffer.from(sum, 'hex'), createHash('sha256').update(bytes).digest()))
      mismatch(`"${name}" has changed since the archive was signed.`);
  }
  for (const name of wanted.keys())
    if (!contents.has(name)) mismatch(`"${name}" is gone since the archive was signed.`);
  return problems;
}
