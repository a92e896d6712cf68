import { parseDuration } from '../../lib/duration.ts';
import type { Place } from '../place.ts';
import { readCaBundle } from '../secret.ts';
import type { View } from '../view.ts';
import { subjectNames } from './backend-ref.ts';
import type { RootContext } from './context.ts';
import type { JwtProviderSpec, VirtualHostSpec } from './spec.ts';

interface JwtPosition {
  readonly place: Place;
  readonly view: View;
}

type RemoteJwks = NonNullable<JwtProviderSpec['remoteJWKS']>;

/**
 * Checks `virtualhost.jwtProviders` (httpproxy.md 1.2). This release verifies no tokens: routes for which one
 * is required answer 503 (`route-guards.ts`).
 */
export function checkJwtProviders(
  host: VirtualHostSpec | undefined,
  { place, view }: JwtPosition,
): RootContext['jwt'] {
  const providers = host?.jwtProviders ?? [];
  if (providers.length > 0 && !host?.tls?.secretName) {
    place.error(
      'JWTVerificationError/JWTVerificationNotPermitted',
      'only a host with tls.secretName can have providers; set it',
    );
  }
  const names = new Set<string>();
  let defaultName: string | null = null;
  for (const [index, provider] of providers.entries()) {
    const at = place.item(index);
    if (names.has(provider.name)) {
      at.error(
        'JWTVerificationError/DuplicateProviderName',
        `provider ${JSON.stringify(provider.name)} stands twice; rename one`,
      );
    }
    names.add(provider.name);
    if (provider.default === true && defaultName !== null) {
      at.error(
        'JWTVerificationError/MultipleDefaultProvidersSpecified',
        `${JSON.stringify(defaultName)} is the default too; keep one`,
      );
    }
    if (provider.default === true) defaultName ??= provider.name;
    checkSource(provider, { place: at, view });
  }
  return { names, default: defaultName };
}

function checkSource(provider: JwtProviderSpec, { place, view }: JwtPosition): void {
  const { remoteJWKS, localJWKS } = provider;
  if (remoteJWKS && localJWKS) {
    place.error('JWTVerificationError/JWKSSourceConflict', 'remoteJWKS and localJWKS are both set; keep one');
  } else if (localJWKS) {
    const fault = localFault(view, place.object.namespace, localJWKS);
    if (fault !== null) place.at('localJWKS').error('JWTVerificationError/LocalJWKSInvalid', fault);
  } else if (remoteJWKS) {
    checkRemote(remoteJWKS, { place: place.at('remoteJWKS'), view });
  } else {
    place.error('JWTVerificationError/JWKSSourceMissing', 'neither remoteJWKS nor localJWKS is set; set one');
  }
}

function localFault(
  view: View,
  namespace: string,
  { secretName, key }: NonNullable<JwtProviderSpec['localJWKS']>,
): string | null {
  const where = `Secret ${namespace}/${secretName}`;
  const secret = view.get('Secret', namespace, secretName);
  if (secret === undefined) return `${where} does not exist`;
  if ((secret.type || 'Opaque') !== 'Opaque') return `${where} must be of type Opaque`;
  const text = secret.stringData?.[key] ?? Buffer.from(secret.data?.[key] ?? '', 'base64').toString('utf8');
  try {
    const parsed: unknown = JSON.parse(text);
    const keys = typeof parsed === 'object' && parsed !== null && 'keys' in parsed ? parsed.keys : null;
    if (Array.isArray(keys)) return null;
  } catch {
    // Said below, without the text: it is a Secret's.
  }
  return `key ${JSON.stringify(key)} of ${where} is no JSON object with a list of keys`;
}

function checkRemote(remote: RemoteJwks, { place, view }: JwtPosition): void {
  const url = checkUri(remote.uri ?? '', place.at('uri'));
  checkDuration(remote.timeout, place.at('timeout'), 'RemoteJWKSTimeoutInvalid');
  checkDuration(remote.cacheDuration, place.at('cacheDuration'), 'RemoteJWKSCacheDurationInvalid');
  const family: string = remote.dnsLookupFamily ?? '';
  if (!['', 'auto', 'v4', 'v6', 'all'].includes(family)) {
    place
      .at('dnsLookupFamily')
      .error(
        'JWTVerificationError/RemoteJWKSDNSLookupFamilyInvalid',
        `${JSON.stringify(family)} must be auto, v4, v6 or all`,
      );
  }
  if (!remote.validation) return;
  const at = place.at('validation');
  const invalid = 'JWTVerificationError/RemoteJWKSUpstreamValidationInvalid';
  if (url?.protocol === 'http:') at.error(invalid, 'the uri is plain http; use https or remove it');
  const { caSecret, subjectName } = remote.validation;
  if (subjectNames(subjectName, remote.validation.subjectNames).includes('')) {
    at.error(invalid, 'subjectName is empty; name the server');
  }
  const bundle = readCaBundle(view, caSecret ?? '', place.object.namespace);
  if (bundle.ok) return;
  const { reason, message } = bundle.error;
  at.at('caSecret').error(
    reason === 'DelegationNotPermitted'
      ? 'JWTVerificationError/RemoteJWKSCACertificateNotDelegated'
      : invalid,
    message,
  );
}

function checkUri(text: string, place: Place): URL | null {
  const match = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^:/?#]*)(?::([^/?#]*))?/i.exec(text);
  if (match === null || !match[2]) {
    place.error('JWTVerificationError/RemoteJWKSURIInvalid', `${JSON.stringify(text)} is no absolute URI`);
    return null;
  }
  if (match[1] !== 'http' && match[1] !== 'https') {
    place.error(
      'JWTVerificationError/RemoteJWKSSchemeInvalid',
      `scheme ${JSON.stringify(match[1])} must be http or https`,
    );
    return null;
  }
  const port = match[3] ?? '';
  if (port !== '' && !(/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536)) {
    place.error(
      'JWTVerificationError/RemoteJWKSPortInvalid',
      `port ${JSON.stringify(port)} must be from 1 to 65535`,
    );
    return null;
  }
  const url = URL.parse(text);
  if (url === null) {
    place.error('JWTVerificationError/RemoteJWKSURIInvalid', `${JSON.stringify(text)} is no absolute URI`);
  }
  return url;
}

function checkDuration(
  text: string | null | undefined,
  at: Place,
  reason: 'RemoteJWKSTimeoutInvalid' | 'RemoteJWKSCacheDurationInvalid',
): void {
  if (text === undefined || text === null || text === '') return;
  const duration = parseDuration(text);
  if (!duration.ok) at.error(`JWTVerificationError/${reason}`, duration.error);
  else if (duration.value < 0) {
    at.error(`JWTVerificationError/${reason}`, `${JSON.stringify(text)} must not be negative`);
  }
}
