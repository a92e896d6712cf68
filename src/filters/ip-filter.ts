import { ipBytes, parseCidr } from '../lib/cidr.ts';
import { IpRanges } from '../lib/ip-ranges.ts';
import type { IpFilter as Config } from '../snapshot/filter.ts';
import type { Answer, Filter, FilterContext } from './filter.ts';

const REFUSED: Answer = {
  status: 403,
  headers: [],
  body: '',
  error: 'http_request_denied',
  flags: '',
};

/**
 * Lets requests pass by the address they come from (httpproxy.md 1.2): with `allow` only those in a range, with
 * `deny` only the others. An address that cannot be read is refused either way.
 */
export class IpFilter implements Filter {
  readonly kind = 'ip-filter';
  readonly #allow: boolean;
  /** null: the address of that kind is not looked at. */
  readonly #peer: IpRanges | null;
  readonly #remote: IpRanges | null;

  /** @throws {RangeError} For a text that is no range: left out, it would open what it was to close. */
  constructor({ action, peer, remote }: Config) {
    this.#allow = action === 'allow';
    this.#peer = rangesOf(peer);
    this.#remote = rangesOf(remote);
  }

  onRequest(context: FilterContext): Answer | undefined {
    let listed = false;
    if (this.#peer !== null) {
      const address = addressBytes(context.client.peerAddress);
      if (address === null) return REFUSED;
      listed = this.#peer.has(address);
    }
    if (this.#remote !== null && !listed) {
      const address = addressBytes(context.remoteAddress);
      if (address === null) return REFUSED;
      listed = this.#remote.has(address);
    }
    return listed === this.#allow ? undefined : REFUSED;
  }
}

function rangesOf(texts: readonly string[]): IpRanges | null {
  if (texts.length === 0) return null;
  return new IpRanges(
    texts.map((text) => {
      const cidr = parseCidr(text);
      if (!cidr.ok) throw new RangeError(cidr.error);
      return cidr.value;
    }),
  );
}

/** The zone of a link-local address is this machine's own word (RFC 4007 §11). */
function addressBytes(address: string): Uint8Array | null {
  const zone = address.indexOf('%');
  return ipBytes(zone < 0 ? address : address.slice(0, zone));
}
