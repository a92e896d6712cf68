import type { ForwardedClientCertificate } from '../snapshot/virtual-host.ts';

/**
 * What a filter may see and change of one request; the exchange implements it.
 * Header lists are flat, `[name, value, …]`, lower-case names, latin1.
 */
export interface FilterContext {
  readonly method: string;
  readonly path: string;
  /** With its `?`, or empty. */
  query: string;
  /** As the client sent it, canonical. Host rewrites go to `upstreamAuthority`. */
  readonly authority: string;
  upstreamAuthority: string;
  readonly protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2';
  readonly requestHeaders: string[];
  /** Filled from the moment a response head is there. */
  readonly responseHeaders: string[];
  /** 0 until there is a response. */
  readonly responseStatus: number;
  readonly client: ClientInfo;
  /** The client's address as far as trusted proxies tell it (`network.numTrustedHops`). */
  readonly remoteAddress: string;
  /** Who may read the answer: the request's `origin` once it was allowed, else empty. */
  corsOrigin: string;
  /** `address:port` of the endpoint in use, or empty. */
  readonly upstreamAddress: string;
  /** Envoy's letters for what went wrong so far, joined by `,`; empty when nothing did. */
  readonly responseFlags: string;
}

/** The connection a request came on. Empty texts where there is none. */
export interface ClientInfo {
  /** Of the client, or of the first proxy that we do not know: a PROXY header may have told it. */
  readonly address: string;
  /** Of whoever opened the TCP connection. */
  readonly peerAddress: string;
  readonly port: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly secure: boolean;
  readonly serverName: string;
  readonly tlsVersion: string;
  readonly tlsCipher: string;
  readonly tlsSessionId: string;
  /** What it showed in the handshake and was accepted; not there, or null: it showed none, or was not asked. */
  readonly certificate?: PeerCertificate | null;
}

/** The certificate of a client. */
export interface PeerCertificate {
  /** The value of `x-forwarded-client-cert` with these parts. */
  forwarded(parts: ForwardedClientCertificate): string;
}

/** An answer given by a filter instead of the route's action. */
export interface Answer {
  readonly status: number;
  /** Flat `[name, value, …]`. */
  readonly headers: readonly string[];
  readonly body: string;
  /** RFC 9209 error for `proxy-status`, or null when the user configured the answer. */
  readonly error: string | null;
  /** The letters of Envoy's response flags, as `RL`. */
  readonly flags: string;
}

/**
 * Behaviour of one configured filter, shared by all requests of its route: state lives in shared memory
 * or in the context. `onRequest` runs before the upstream is chosen and may answer at once; only a filter
 * that must wait returns a promise. `onResponse` sees the head on its way to the client.
 */
export interface Filter {
  readonly kind: string;
  onRequest?(context: FilterContext): Answer | undefined | Promise<Answer | undefined>;
  onResponse?(context: FilterContext): void;
}
