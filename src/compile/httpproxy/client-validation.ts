import { createHash } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { ClientCertificates } from '../../snapshot/virtual-host.ts';
import type { Place } from '../place.ts';
import { readRevocationLists } from '../revocation-list.ts';
import { readCaBundle, readCrlBundle, type SecretProblem } from '../secret.ts';
import type { View } from '../view.ts';
import type { ClientValidationSpec } from './spec.ts';

type Verify = NonNullable<ClientCertificates['verify']>;

/**
 * Compiles `tls.clientValidation` (httpproxy.md 1.2). Every mistake is reported and takes the host off.
 *
 * @returns null when clients are asked for no certificate.
 */
export function compileClientValidation(
  validation: ClientValidationSpec | null | undefined,
  { place, view }: { readonly place: Place; readonly view: View },
): ClientCertificates | null {
  if (validation === undefined || validation === null) return null;
  const { caSecret = '', crlSecret = '' } = validation;
  const skip = validation.skipClientCertValidation === true;
  const namespace = place.object.namespace;
  let caPem: string | null = null;
  if (caSecret === '') {
    if (!skip) {
      place.error(
        'TLSError/ClientValidationInvalid',
        'caSecret is not set; name the Secret with the CA of the clients, or set skipClientCertValidation',
      );
    }
  } else {
    const bundle = readCaBundle(view, caSecret, namespace);
    if (bundle.ok) caPem = bundle.value.pem;
    else report(place.at('caSecret'), bundle.error);
  }
  let crlPem: string | null = null;
  if (crlSecret !== '') {
    const bundle = readCrlBundle(view, crlSecret, namespace);
    if (bundle.ok) crlPem = bundle.value.pem;
    else report(place.at('crlSecret'), bundle.error);
  }
  const verify = caPem === null || skip ? null : verification({ caPem, crlPem, validation, place });
  const required = caSecret !== '' && validation.optionalClientCertificate !== true;
  const domain = createHash('sha256')
    .update(JSON.stringify([verify, required]))
    .digest('base64url');
  const { forwardClientCertificate: forward } = validation;
  return {
    domain,
    verify,
    required,
    forward: forward
      ? {
          subject: forward.subject === true,
          cert: forward.cert === true,
          chain: forward.chain === true,
          dns: forward.dns === true,
          uri: forward.uri === true,
        }
      : null,
  };
}

function verification({
  caPem,
  crlPem,
  validation,
  place,
}: {
  readonly caPem: string;
  readonly crlPem: string | null;
  readonly validation: ClientValidationSpec;
  readonly place: Place;
}): Verify {
  const whole = { caPem, crlPem, leafRevocations: null };
  if (crlPem === null) return whole;
  const lists = readRevocationLists(crlPem);
  if (!lists.ok || !opensslTakes(caPem, crlPem)) {
    place
      .at('crlSecret')
      .error('TLSError/ClientValidationInvalid', 'crl.pem has a list that cannot be parsed; write it anew');
    return whole;
  }
  return validation.crlOnlyVerifyLeafCert === true
    ? { caPem, crlPem: null, leafRevocations: lists.value }
    : whole;
}

/** What OpenSSL refuses would fail in every worker. */
function opensslTakes(ca: string, crl: string): boolean {
  try {
    createSecureContext({ ca, crl });
    return true;
  } catch {
    return false;
  }
}

function report(place: Place, { reason, message }: SecretProblem): void {
  place.error(
    reason === 'DelegationNotPermitted'
      ? 'TLSError/DelegationNotPermitted'
      : 'TLSError/ClientValidationInvalid',
    message,
  );
}
