/** One step of a route's pipeline, as plain data. One member for each file in `filters/`. */
export type Filter =
  | Cors
  | LocalRateLimit
  | CookieRewrite
  | IpFilter
  | Jwt
  | RequestHeaders
  | ResponseHeaders;

/** Answers preflights and tells browsers who may read an answer (httpproxy.md 1.2 `corsPolicy`). */
export interface Cors {
  readonly kind: 'cors';
  readonly anyOrigin: boolean;
  /** Lower case, as `https://shop.example:8443`. */
  readonly origins: readonly string[];
  /** RE2 syntax, for whole origins. */
  readonly patterns: readonly string[];
  /** Joined by commas, as the next two; empty ones are not sent. */
  readonly allowMethods: string;
  readonly allowHeaders: string;
  readonly exposeHeaders: string;
  readonly allowCredentials: boolean;
  readonly allowPrivateNetwork: boolean;
  /** null: not said. */
  readonly maxAgeSeconds: number | null;
}

/** A token bucket shared by all workers (rate-limits.md §10). */
export interface LocalRateLimit {
  readonly kind: 'local-rate-limit';
  /** Name of the shared bucket: says what it limits, survives edits elsewhere. */
  readonly bucket: string;
  /** Tokens that come back in each period, evenly; at least 1. */
  readonly tokens: number;
  readonly periodMs: number;
  /** What a full bucket holds. */
  readonly burst: number;
  readonly status: number;
  /** Added to the refusal only. Flat `[name, value, …]`, lower-case names. */
  readonly headers: readonly string[];
}

/** Changes attributes of cookies that an answer sets (httpproxy.md 1.4.7). */
export interface CookieRewrite {
  readonly kind: 'cookie-rewrite';
  /** One for each name. A backend's come in place of its route's. */
  readonly cookies: readonly CookieChange[];
}

/** Attributes that are null stay as they are. */
export interface CookieChange {
  readonly name: string;
  readonly path: string | null;
  readonly domain: string | null;
  /** false: removed. */
  readonly secure: boolean | null;
  readonly sameSite: 'Strict' | 'Lax' | 'None' | null;
}

/** Lets requests pass by the address they come from (httpproxy.md 1.2 `ipAllowPolicy`, `ipDenyPolicy`). */
export interface IpFilter {
  readonly kind: 'ip-filter';
  /** Whether a request in one of the ranges passes, or all others. */
  readonly action: 'allow' | 'deny';
  /** Ranges of the address that connected, as `10.0.0.0/8`. */
  readonly peer: readonly string[];
  /** Ranges of the client's address as trusted proxies tell it. */
  readonly remote: readonly string[];
}

/** Lets only requests with a good token pass (httpproxy.md 1.2 `jwtProviders`). */
export interface Jwt {
  readonly kind: 'jwt';
  /** Name of the key set. */
  readonly keySet: string;
  /** What `iss` must be; null: anything. */
  readonly issuer: string | null;
  /** The token must be for one of them; empty: for anybody. */
  readonly audiences: readonly string[];
  /** The token stays in the request. */
  readonly forward: boolean;
  /** Of the challenge: the host's name. */
  readonly realm: string;
}

/** Removes, then sets, request header fields. */
export interface RequestHeaders {
  readonly kind: 'request-headers';
  readonly remove: readonly string[];
  readonly set: readonly HeaderValue[];
  /** Replaces the upstream `host`; a template. An empty result leaves it unchanged. */
  readonly host: Template | null;
}

/** Removes, then sets, response header fields. */
export interface ResponseHeaders {
  readonly kind: 'response-headers';
  readonly remove: readonly string[];
  readonly set: readonly HeaderValue[];
}

export interface HeaderValue {
  /** Lower-case name. */
  readonly name: string;
  readonly value: Template;
}

/** A text with variables, parsed by the compiler; a constant is one text part. */
export type Template = readonly TemplatePart[];

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  /** `%REQ(a?b):len%`: the first of the named request headers that is there, cut to `maxLength` when above 0. */
  | { readonly kind: 'request-header'; readonly names: readonly string[]; readonly maxLength: number }
  /** An operator of httpproxy.md 1.4.6 without its percent signs, as `DOWNSTREAM_REMOTE_ADDRESS`. */
  | { readonly kind: 'variable'; readonly name: string };
