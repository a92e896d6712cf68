import { isDelegated } from '../delegation.ts';
import { parsePem } from '../pem.ts';
import type { Place } from '../place.ts';
import { readCaBundle } from '../secret.ts';
import type { View } from '../view.ts';
import type { ClientValidationSpec } from './spec.ts';

/**
 * Checks `tls.clientValidation` (httpproxy.md 1.2). This release asks clients for no certificate, so a host with
 * it is not served.
 *
 * @returns Whether the host must not be served.
 */
export function checkClientValidation(
  validation: ClientValidationSpec | null | undefined,
  { place, view }: { readonly place: Place; readonly view: View },
): boolean {
  if (validation === undefined || validation === null) return false;
  const { caSecret = '', crlSecret = '', skipClientCertValidation } = validation;
  if (caSecret === '') {
    if (skipClientCertValidation !== true) {
      place.error(
        'TLSError/ClientValidationInvalid',
        'caSecret is not set; name the Secret with the CA of the clients, or set skipClientCertValidation',
      );
    }
  } else {
    const bundle = readCaBundle(view, caSecret, place.object.namespace);
    if (!bundle.ok) report(place.at('caSecret'), bundle.error);
  }
  if (crlSecret !== '') checkCrl(crlSecret, { place: place.at('crlSecret'), view });
  place.ignored(
    'this release does not ask clients for certificates; the host answers 503 until it is removed',
  );
  return true;
}

function report(
  place: Place,
  {
    reason,
    message,
  }: { readonly reason: 'DelegationNotPermitted' | 'SecretNotValid'; readonly message: string },
): void {
  const code =
    reason === 'DelegationNotPermitted'
      ? 'TLSError/DelegationNotPermitted'
      : 'TLSError/ClientValidationInvalid';
  place.error(code, message);
}

function checkCrl(ref: string, { place, view }: { readonly place: Place; readonly view: View }): void {
  const toNamespace = place.object.namespace;
  const [secretName = '', secretNamespace = toNamespace, ...rest] = ref.split('/').reverse();
  if (rest.length > 0 || secretName === '' || secretNamespace === '') {
    place.error(
      'TLSError/ClientValidationInvalid',
      `${JSON.stringify(ref)} must be written as name or namespace/name`,
    );
    return;
  }
  if (!isDelegated(view, { secretNamespace, secretName, toNamespace })) {
    place.error(
      'TLSError/DelegationNotPermitted',
      `Secret ${ref}: no TLSCertificateDelegation in namespace ${secretNamespace} permits its use in namespace ${toNamespace}`,
    );
    return;
  }
  const secret = view.get('Secret', secretNamespace, secretName);
  const text =
    secret?.stringData?.['crl.pem'] ??
    Buffer.from(secret?.data?.['crl.pem'] ?? '', 'base64').toString('latin1');
  const blocks = parsePem(text);
  if (!blocks.ok || !blocks.value.some(({ label }) => label === 'X509 CRL')) {
    place.error(
      'TLSError/ClientValidationInvalid',
      `Secret ${secretNamespace}/${secretName} does not exist or has no X509 CRL block in its key crl.pem`,
    );
  }
}
