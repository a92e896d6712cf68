import type { Settings } from '../../snapshot/snapshot.ts';
import type { ClientCertificates, TlsPolicy } from '../../snapshot/virtual-host.ts';
import type { CertificateIndex, LoadedCertificate } from './certificate-index.ts';
import type { ClientCertificate } from './client-certificate.ts';
import type { SubjectNames } from './subject-names.ts';

export type TlsVersion = TlsPolicy['minVersion'];

/** The trust domain in which no client certificates are asked for. */
export const NO_CLIENT_CERTIFICATES = 'no-client-certificates';

/** Asked for with every request: joining the texts anew took most of the time of a 421 check. */
const POLICY_KEYS: Readonly<Record<TlsVersion, Readonly<Record<TlsVersion, string>>>> = {
  'TLSv1.2': {
    'TLSv1.2': `${NO_CLIENT_CERTIFICATES}|TLSv1.2|TLSv1.2`,
    'TLSv1.3': `${NO_CLIENT_CERTIFICATES}|TLSv1.2|TLSv1.3`,
  },
  'TLSv1.3': {
    'TLSv1.2': `${NO_CLIENT_CERTIFICATES}|TLSv1.3|TLSv1.2`,
    'TLSv1.3': `${NO_CLIENT_CERTIFICATES}|TLSv1.3|TLSv1.3`,
  },
};

/** What a server name gets. */
export interface TlsChoice {
  readonly certificate: LoadedCertificate;
  /** The default certificate stood in, because the name has none of its own. */
  readonly byDefault: boolean;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** null: no certificate is asked for. */
  readonly clients: ClientCertificates | null;
  /** Trust domain and versions: requests for a name of another key are misdirected. */
  readonly policyKey: string;
}

/** What we know of a TLS connection, by our own record: Node forgets the name after resumption in TLS 1.2. */
export interface SecureInfo {
  /** Lower case, without a trailing dot; null when the client sent none. */
  readonly serverName: string | null;
  /** As in the choice that the handshake met. */
  readonly policyKey: string;
  /** Name of the certificate. */
  readonly certificate: string;
  /** The names in that certificate as it was at the handshake. */
  readonly subject: SubjectNames;
  /** As in the choice that the handshake met. */
  readonly byDefault: boolean;
  readonly tlsVersion: string;
  /** OpenSSL name of the suite. */
  readonly cipher: string;
  /** null: none was negotiated. */
  readonly alpn: string | null;
  readonly resumed: boolean;
  /** Of the client; null: it showed none. */
  readonly clientCertificate: ClientCertificate | null;
}

/**
 * The certificate and the versions for a server name; null refuses the handshake. A name without a usable
 * certificate of its own gets the default one, if there is one.
 *
 * @param serverName Lower case, without a trailing dot; null when the client sent none.
 */
export function chooseTls(
  index: CertificateIndex,
  settings: Settings,
  serverName: string | null,
): TlsChoice | null {
  const policy = serverName === null ? null : index.policyOf(serverName);
  const { minVersion, maxVersion } = versionsOf(policy, settings);
  if (minVersion > maxVersion) return null;
  const own = policy === null ? null : index.certificate(policy.certificate);
  const certificate =
    own ?? (settings.defaultCertificate === null ? null : index.certificate(settings.defaultCertificate));
  if (certificate === null) return null;
  const policyKey = policyKeyOf(policy, settings);
  const clients = policy?.clients ?? null;
  return { certificate, byDefault: own === null, minVersion, maxVersion, clients, policyKey };
}

/**
 * Whether a request for a host must be answered 421 on a connection (RFC 9110 §7.4): its TLS policy differs
 * from the one the handshake met, the certificate of the connection does not cover it, or it is not served
 * over TLS at all. A connection with the default certificate serves every name that would get it too.
 *
 * @param host Lower case, without port and trailing dot.
 */
export function isMisdirected(
  index: CertificateIndex,
  settings: Settings,
  { info, host }: { readonly info: SecureInfo; readonly host: string },
): boolean {
  const policy = index.policyOf(host);
  if (policy === null) return !info.byDefault;
  if (policyKeyOf(policy, settings) !== info.policyKey) return true;
  // The certificate of a host may fail to cover it: it is served, with a warning.
  if (host === info.serverName) return false;
  if (info.byDefault && chooseTls(index, settings, host)?.certificate.name === info.certificate) return false;
  return !info.subject.covers(host);
}

/** Within the bounds of the settings; a name without a policy has those of the settings. */
function versionsOf(policy: TlsPolicy | null, { tlsMinVersion, tlsMaxVersion }: Settings) {
  return {
    minVersion: policy?.minVersion === 'TLSv1.3' ? policy.minVersion : tlsMinVersion,
    maxVersion: policy?.maxVersion === 'TLSv1.2' ? policy.maxVersion : tlsMaxVersion,
  };
}

function policyKeyOf(policy: TlsPolicy | null, settings: Settings): string {
  const { minVersion, maxVersion } = versionsOf(policy, settings);
  const clients = policy?.clients ?? null;
  return clients === null
    ? POLICY_KEYS[minVersion][maxVersion]
    : `${clients.domain}|${minVersion}|${maxVersion}`;
}
