import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import type { PublicKey } from '../../src/lib/public-keys.ts';

/** A key pair that signs tokens, and its public half as a provider publishes it. */
export interface TokenSigner {
  readonly publicKey: PublicKey;
  readonly publicPem: string;
  /** Signs a token with these claims. @param header Beside `alg`, and `kid` where the signer has one. */
  sign(claims?: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>;
}

const generate = promisify(generateKeyPair);

/** Makes a P-256 key pair. @param kid null: its public key and its tokens name none. */
export async function tokenSigner(kid: string | null = 'one'): Promise<TokenSigner> {
  const { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject } = await generate('ec', {
    namedCurve: 'P-256',
  });
  const named = kid === null ? {} : { kid };
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
  return {
    publicKey: { ...named, kty, crv, x, y } as PublicKey,
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    sign: (claims = {}, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', ...named, ...header }).sign(privateKey),
  };
}

/** A token without a signature (RFC 7519 §6). */
export function unsignedToken(claims: JWTPayload, header: object = { alg: 'none' }): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.`;
}
