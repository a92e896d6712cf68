import { isDeepStrictEqual } from 'node:util';
import type { Secret } from 'kubernetes-types/core/v1.d.ts';
import type { KubeObject } from '../resources/kinds.ts';
import { isServerCertificate } from './secret.ts';

/**
 * Whether a Secret only got another certificate and key in the place of good ones: hosts that name it need not
 * be compiled again, since they hold the name, not the key.
 */
export function isRotation(before: KubeObject | null, after: KubeObject | null): boolean {
  if (!isSecret(before) || !isSecret(after)) return false;
  return (
    isDeepStrictEqual(remainder(before), remainder(after)) &&
    isServerCertificate(before) &&
    isServerCertificate(after)
  );
}

function isSecret(object: KubeObject | null): object is Secret {
  return object?.kind === 'Secret';
}

/** All that somebody else might read: the type and the other keys. */
function remainder({ type, data, stringData }: Secret): unknown {
  return [type ?? '', withoutPair(data), withoutPair(stringData)];
}

function withoutPair(data: Readonly<Record<string, string>> | undefined): Record<string, string> {
  const { 'tls.crt': _certificate, 'tls.key': _key, ...others } = data ?? {};
  return others;
}
