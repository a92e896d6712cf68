import type { TlsPolicy } from '../../snapshot/virtual-host.ts';
import type { Place } from '../place.ts';
import { resolveServerCertificate } from '../secret.ts';
import type { View } from '../view.ts';
import { compileClientValidation } from './client-validation.ts';
import type { TlsSpec, VirtualHostSpec } from './spec.ts';

/** TLS of a host; `unserved`: it asks for what this release does not do. */
export interface CompiledTls {
  readonly policy: TlsPolicy | null;
  readonly unserved: boolean;
}

interface TlsPosition {
  readonly place: Place;
  readonly view: View;
}

type TlsVersion = TlsPolicy['minVersion'];

/** Compiles `virtualhost.tls` (httpproxy.md 1.2). Every mistake is reported and takes the host off. */
export function compileTls(host: VirtualHostSpec | undefined, position: TlsPosition): CompiledTls {
  const { place, view } = position;
  const tls = host?.tls;
  if (!tls) return { policy: null, unserved: false };
  const secretName = tls.secretName ?? '';
  const passthrough = tls.passthrough === true;
  if (passthrough && secretName !== '') {
    place.error('TLSError/TLSConfigNotValid', 'secretName and passthrough are both set; keep one');
  } else if (!passthrough && secretName === '') {
    place.error('TLSError/TLSConfigNotValid', 'neither secretName nor passthrough is set; set one');
  }
  checkCombinations(host, tls, place);
  const versions = compileVersions(tls, position);
  let certificate: string | null = null;
  if (secretName !== '') {
    const resolved = resolveServerCertificate(view, secretName, place.object.namespace);
    if (resolved.ok) certificate = resolved.value.name;
    else place.at('secretName').error(`TLSError/${resolved.error.reason}`, resolved.error.message);
  }
  if (tls.enableFallbackCertificate === true) checkFallback(position);
  const clients = compileClientValidation(tls.clientValidation, {
    place: place.at('clientValidation'),
    view,
  });
  if (passthrough) {
    place
      .at('passthrough')
      .ignored('this release does not pass TLS through; the host answers 503 until it is removed');
  }
  return {
    policy: certificate === null ? null : { certificate, ...versions, clients },
    unserved: passthrough,
  };
}

function checkCombinations(host: VirtualHostSpec, tls: TlsSpec, place: Place): void {
  const fallback = tls.enableFallbackCertificate === true;
  const pairs: readonly (readonly [boolean, string])[] = [
    [tls.passthrough === true && Boolean(tls.clientValidation), 'passthrough and clientValidation'],
    [tls.passthrough === true && fallback, 'passthrough and enableFallbackCertificate'],
    [fallback && Boolean(tls.clientValidation), 'enableFallbackCertificate and clientValidation'],
    [fallback && Boolean(host.authorization), 'enableFallbackCertificate and authorization'],
    [fallback && (host.jwtProviders ?? []).length > 0, 'enableFallbackCertificate and jwtProviders'],
  ];
  for (const [both, names] of pairs) {
    if (both) place.error('TLSError/TLSIncompatibleFeatures', `${names} exclude each other; keep one`);
  }
}

/** A host can only narrow what the installation allows. */
function compileVersions(
  tls: TlsSpec,
  { place, view }: TlsPosition,
): { minVersion: TlsVersion; maxVersion: TlsVersion } {
  const { tlsMinVersion, tlsMaxVersion } = view.options;
  const wanted = readVersion(tls.minimumProtocolVersion, {
    place: place.at('minimumProtocolVersion'),
    fallback: 'TLSv1.2',
  });
  const limit = readVersion(tls.maximumProtocolVersion, {
    place: place.at('maximumProtocolVersion'),
    fallback: 'TLSv1.3',
  });
  const minVersion = wanted === 'TLSv1.3' ? wanted : tlsMinVersion;
  const maxVersion = limit === 'TLSv1.2' ? limit : tlsMaxVersion;
  if (minVersion > maxVersion) {
    place.error(
      'TLSError/TLSConfigNotValid',
      `the lowest version in force, ${minVersion}, is above the highest, ${maxVersion}; widen the range`,
    );
  }
  return { minVersion, maxVersion };
}

function readVersion(
  text: string | null | undefined,
  { place, fallback }: { readonly place: Place; readonly fallback: TlsVersion },
): TlsVersion {
  if (text === '1.2' || text === '1.3') return `TLSv${text}`;
  if (text) {
    place.ignored(`no version ${JSON.stringify(text)}; ${fallback} is used, write 1.2 or 1.3`);
  }
  return fallback;
}

/** The certificate for names that nobody has; its Secret must be delegated to the host's namespace. */
function checkFallback({ place, view }: TlsPosition): void {
  const at = place.at('enableFallbackCertificate');
  const { fallbackCertificate } = view.options;
  if (fallbackCertificate === null) {
    at.error('TLSError/FallbackNotPresent', 'the installation has no fallback certificate; configure one');
    return;
  }
  const ref = `${fallbackCertificate.namespace}/${fallbackCertificate.name}`;
  const resolved = resolveServerCertificate(view, ref, place.object.namespace);
  if (resolved.ok) {
    at.ignored('this release serves no fallback certificate; clients without a server name are refused');
    return;
  }
  const { reason, message } = resolved.error;
  at.error(
    reason === 'DelegationNotPermitted' ? 'TLSError/FallbackNotDelegated' : 'TLSError/FallbackNotValid',
    message,
  );
}
