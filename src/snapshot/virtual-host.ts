import type { Filter } from './filter.ts';
import type { Match } from './match.ts';

/** One host name with its routes, for both listeners. */
export interface VirtualHost {
  /** Lower-case name, `*.suffix` (one label) or `*`. */
  readonly name: string;
  /** In the order in which they are tried (httpproxy.md 1.4.1). */
  readonly routes: readonly Route[];
  /** What the automatic redirect to HTTPS passes through: host-level filters only. */
  readonly upgradeFilters: readonly Filter[];
  /** null: the name is not served over TLS. */
  readonly tls: TlsPolicy | null;
}

export interface TlsPolicy {
  /** Name of the certificate in the certificate channel, `namespace/name` of its Secret. */
  readonly certificate: string;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion: 'TLSv1.2' | 'TLSv1.3';
  /** null: clients are asked for no certificate. */
  readonly clients: ClientCertificates | null;
}

/** What is asked of clients in the handshake (httpproxy.md 1.2). */
export interface ClientCertificates {
  /** A hash of `verify` and `required`: connections and tickets of one domain are worth nothing in another. */
  readonly domain: string;
  /** null: any certificate will do. */
  readonly verify: {
    readonly caPem: string;
    /** Given to OpenSSL: each CA of a chain needs one. null: nothing is looked up, or the leaf alone. */
    readonly crlPem: string | null;
    /** Certificates of leaves that do not count any more; null: not asked. */
    readonly leafRevocations: readonly RevocationList[] | null;
  } | null;
  /** Without a certificate there is no connection. */
  readonly required: boolean;
  /** What `x-forwarded-client-cert` says; null: the field is not set. */
  readonly forward: ForwardedClientCertificate | null;
}

/** One CRL (RFC 5280 §5), as far as leaves are looked up in it. */
export interface RevocationList {
  /** Hexadecimal DER of the issuer's name. */
  readonly issuer: string;
  /** Hexadecimal, without leading zeros. */
  readonly serials: readonly string[];
  /** Milliseconds since 1970; no certificate of this issuer counts later. null: it says nothing. */
  readonly nextUpdateMs: number | null;
}

export interface ForwardedClientCertificate {
  readonly subject: boolean;
  readonly cert: boolean;
  readonly chain: boolean;
  readonly dns: boolean;
  readonly uri: boolean;
}

export interface Route {
  readonly match: Match;
  readonly action: Action;
  /** Host-level and route-level filters in their order of running. */
  readonly filters: readonly Filter[];
  /** On the plain listener: served, answered with a redirect to HTTPS, or not there at all. */
  readonly plain: 'serve' | 'redirect' | 'none';
  /** On the TLS listener. */
  readonly secure: 'serve' | 'none';
  readonly origin: RouteOrigin;
}

/** The object a route came from, for explain, log and admin. */
export interface RouteOrigin {
  readonly kind: 'HTTPProxy' | 'Ingress';
  readonly namespace: string;
  readonly name: string;
  /** Path of the field, as `spec.routes[2]`. */
  readonly field: string;
}

export type Action = Forward | Redirect | Respond;

export interface Forward {
  readonly kind: 'forward';
  /** At least one entry; `weight` of at least one is above 0. */
  readonly backends: readonly Backend[];
  readonly mirror: { readonly upstream: string; readonly percent: number } | null;
  readonly timeouts: RouteTimeouts;
  readonly retry: RetryPolicy | null;
  readonly rewrite: PrefixRewrite | null;
  readonly websocket: boolean;
}

export interface Backend {
  /** Name of an upstream. */
  readonly upstream: string;
  readonly weight: number;
  /** Filters of this backend alone: requests pass them before the route's, responses too. */
  readonly filters: readonly Filter[];
}

/** Milliseconds; 0 stands for no limit. */
export interface RouteTimeouts {
  readonly responseMs: number;
  readonly idleMs: number;
}

export interface RetryPolicy {
  /** Further attempts, at least 1. */
  readonly count: number;
  /** 0: no limit for one try. */
  readonly perTryTimeoutMs: number;
  readonly on: readonly RetryCondition[];
  /** Only looked at with `retriable-status-codes`. */
  readonly statusCodes: readonly number[];
}

export type RetryCondition =
  | '5xx'
  | 'gateway-error'
  | 'reset'
  | 'reset-before-request'
  | 'connect-failure'
  | 'envoy-ratelimited'
  | 'retriable-4xx'
  | 'refused-stream'
  | 'retriable-status-codes'
  | 'retriable-headers'
  | 'http3-post-connect-failure'
  | 'cancelled'
  | 'deadline-exceeded'
  | 'internal'
  | 'resource-exhausted'
  | 'unavailable';

/** Replaces the matched prefix of the path. Slashes as in httpproxy.md 1.4.8. */
export interface PrefixRewrite {
  readonly prefix: string;
  readonly replacement: string;
}

/** Parts that are null come from the request (httpproxy.md 1.4.9). */
export interface Redirect {
  readonly kind: 'redirect';
  readonly status: number;
  readonly scheme: 'http' | 'https' | null;
  readonly hostname: string | null;
  readonly port: number | null;
  readonly path:
    | { readonly kind: 'full'; readonly value: string }
    /** Replaces the text `prefix` that the route matched. */
    | { readonly kind: 'prefix'; readonly prefix: string; readonly value: string }
    | null;
}

/** An answer of the gateway's own. */
export interface Respond {
  readonly kind: 'respond';
  readonly status: number;
  readonly body: string;
  /** RFC 9209 error for `proxy-status`; null for an answer that the user configured. */
  readonly error: string | null;
}
