import type { X509Certificate } from 'node:crypto';

/** The DNS names for which a certificate vouches: subject alternative names only, never the common name. */
export class SubjectNames {
  /** As in the certificate, lower-cased. */
  readonly names: readonly string[];
  readonly #exact = new Set<string>();
  /** What follows the `*` of a wildcard, with its dot. */
  readonly #suffixes = new Set<string>();

  constructor(leaf: X509Certificate) {
    this.names = dnsNames(leaf.subjectAltName ?? '');
    for (const name of this.names) {
      if (name.startsWith('*.')) this.#suffixes.add(name.slice(1));
      else if (!name.includes('*')) this.#exact.add(name);
    }
  }

  /**
   * RFC 9525 §6.3: the same name, or a wildcard that is the whole leftmost label and stands for exactly one.
   *
   * @param host Lower case, without port and trailing dot.
   */
  covers(host: string): boolean {
    if (this.#exact.has(host)) return true;
    const dot = host.indexOf('.');
    return dot > 0 && this.#suffixes.has(host.slice(dot));
  }
}

/**
 * Node writes the extension as `DNS:a.test, IP Address:10.0.0.1`, and a value with unusual characters as a
 * quoted JSON text, so that no value can look like two.
 */
function dnsNames(text: string): string[] {
  const names: string[] = [];
  for (const [entry] of text.matchAll(/(?:[^",]|"(?:[^"\\]|\\.)*")+/g)) {
    const name = /^ ?DNS:([A-Za-z0-9_.*-]+)$/.exec(entry)?.[1];
    if (name !== undefined) names.push(name.toLowerCase());
  }
  return names;
}
