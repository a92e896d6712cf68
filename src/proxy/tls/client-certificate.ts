import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { PeerCertificate } from '../../filters/filter.ts';
import { derValues } from '../../lib/der.ts';
import type {
  ClientCertificates,
  ForwardedClientCertificate,
  RevocationList,
} from '../../snapshot/virtual-host.ts';

/** How the certificate of a client was judged; `certificate` null: it gave none, and need not. */
export type Judgement =
  | { readonly ok: true; readonly certificate: ClientCertificate | null }
  | { readonly ok: false; readonly detail: string };

/**
 * Judges what a client showed in the handshake (httpproxy.md 1.2). OpenSSL has verified the chain by then, and
 * the connection stands whatever it found: here is where it ends.
 *
 * @param wallMs Milliseconds since 1970.
 */
export function judgeClient(
  socket: TLSSocket,
  { verify, required }: ClientCertificates,
  wallMs: number,
): Judgement {
  const leaf = socket.getPeerX509Certificate();
  if (leaf === undefined) {
    return required
      ? { ok: false, detail: 'the client showed no certificate' }
      : { ok: true, certificate: null };
  }
  if (verify !== null) {
    if (!socket.authorized) {
      return { ok: false, detail: `the client's certificate: ${String(socket.authorizationError)}` };
    }
    if (verify.leafRevocations !== null) {
      const detail = revocation(leaf, verify.leafRevocations, wallMs);
      if (detail !== null) return { ok: false, detail };
    }
  }
  return { ok: true, certificate: new ClientCertificate(leaf) };
}

/** Why a leaf does not count, or null. What no list speaks of does not count either. */
function revocation(leaf: X509Certificate, lists: readonly RevocationList[], wallMs: number): string | null {
  const issuer = issuerOf(leaf.raw);
  const own = lists.filter((list) => list.issuer === issuer);
  const serial = leaf.serialNumber.toLowerCase().replace(/^0+(?=.)/, '');
  if (own.length === 0) return "no revocation list of the certificate's issuer";
  if (own.some(({ nextUpdateMs }) => nextUpdateMs !== null && nextUpdateMs < wallMs)) {
    return "the revocation list of the certificate's issuer is out of date";
  }
  return own.some(({ serials }) => serials.includes(serial)) ? "the client's certificate is revoked" : null;
}

/** Hexadecimal DER of the issuer's name: behind version (which may be missing), number and algorithm. */
function issuerOf(raw: Buffer): string {
  const [whole] = derValues(raw, 0, raw.length);
  const [tbs] = whole === undefined ? [] : derValues(raw, whole.start, whole.end);
  const parts = tbs === undefined ? [] : derValues(raw, tbs.start, tbs.end);
  const issuer = parts[parts[0]?.tag === 0xa0 ? 3 : 2];
  return issuer === undefined ? '' : raw.toString('hex', issuer.from, issuer.end);
}

/** The certificate that a client showed, for the whole of its connection. */
export class ClientCertificate implements PeerCertificate {
  readonly #leaf: X509Certificate;
  #parts: ForwardedClientCertificate | null = null;
  #text = '';

  constructor(leaf: X509Certificate) {
    this.#leaf = leaf;
  }

  forwarded(parts: ForwardedClientCertificate): string {
    if (this.#parts !== parts) {
      this.#parts = parts;
      this.#text = forwardedText(this.#leaf, parts);
    }
    return this.#text;
  }
}

/** `x-forwarded-client-cert` as Envoy writes it: the hash, then what was asked for, in this order. */
function forwardedText(leaf: X509Certificate, parts: ForwardedClientCertificate): string {
  const fields = [`Hash=${leaf.fingerprint256.replaceAll(':', '').toLowerCase()}`];
  if (parts.cert) fields.push(`Cert="${encodeURIComponent(leaf.toString())}"`);
  if (parts.chain) fields.push(`Chain="${encodeURIComponent(chainOf(leaf))}"`);
  if (parts.subject) fields.push(`Subject="${quoted(distinguishedName(leaf.subject))}"`);
  const names = leaf.subjectAltName ?? '';
  if (parts.uri) for (const name of alternativeNames(names, 'URI')) fields.push(`URI=${name}`);
  if (parts.dns) for (const name of alternativeNames(names, 'DNS')) fields.push(`DNS=${name}`);
  return fields.join(';');
}

/** As far as the client sent it and OpenSSL found it; after a resumption the leaf alone. */
function chainOf(leaf: X509Certificate): string {
  let text = '';
  const seen = new Set<string>();
  for (let each: X509Certificate | undefined = leaf; each !== undefined; each = each.issuerCertificate) {
    if (seen.has(each.fingerprint256)) break;
    seen.add(each.fingerprint256);
    text += each.toString();
  }
  return text;
}

/** RFC 2253: the parts that Node gives one a line, the last one first. */
function distinguishedName(lines: string | undefined): string {
  return (lines ?? '').split('\n').reverse().join(',');
}

/** Inside quotation marks; what a field value must not hold is percent-encoded. */
function quoted(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character))
    .replace(/["\\]/g, (character) => `\\${character}`);
}

/** Node writes unusual values as quoted JSON texts, so that no value can look like two: they are left out. */
function alternativeNames(text: string, kind: 'URI' | 'DNS'): string[] {
  const names: string[] = [];
  for (const [entry] of text.matchAll(/(?:[^",]|"(?:[^"\\]|\\.)*")+/g)) {
    const value = entry.trimStart();
    if (!value.startsWith(`${kind}:`)) continue;
    const name = value.slice(kind.length + 1);
    if (/^[\x21\x23-\x3a\x3c-\x7e]+$/.test(name)) names.push(name);
  }
  return names;
}
