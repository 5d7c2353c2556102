import { generateKeyPairSync } from 'node:crypto';

/**
 * Make a public SSH key, RSA in OpenSSH's form, whose private half is thrown away: Azure wants one
 * of every Linux machine without a password, and nobody is to log in.
 *
 * @see RFC 4253, 6.6
 */
export function throwAwaySshKey(): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const parts = [
    Buffer.from('ssh-rsa'),
    positive(Buffer.from(e, 'base64url')),
    positive(Buffer.from(n, 'base64url')),
  ];
  const blob = Buffer.concat(parts.flatMap((part) => [length(part), part]));
  return `ssh-rsa ${blob.toString('base64')}`;
}

/** A first bit of 1 would mean a negative number. */
function positive(number: Buffer): Buffer {
  return (number[0] ?? 0) < 128 ? number : Buffer.concat([Buffer.of(0), number]);
}

function length(part: Buffer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(part.length);
  return bytes;
}
