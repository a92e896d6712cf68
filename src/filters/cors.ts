import { getHeader, joinHeader, setHeader } from '../lib/header-list.ts';
import { LinearRegex } from '../lib/linear-regex.ts';
import type { Cors as Config } from '../snapshot/filter.ts';
import type { Answer, Filter, FilterContext } from './filter.ts';

/** The longest name of the DNS with a scheme and a port has 270 characters. */
const MAX_ORIGIN_LENGTH = 512;

/**
 * Answers preflights and tells browsers who may read an answer (httpproxy.md 1.2 `corsPolicy`; Fetch standard,
 * "CORS protocol"). Requests from other origins pass, their preflights too: what the service says to them stands.
 */
export class Cors implements Filter {
  readonly kind = 'cors';
  readonly #config: Config;
  readonly #origins: ReadonlySet<string>;
  readonly #patterns: readonly LinearRegex[];
  readonly #preflight: Answer;
  readonly #privatePreflight: Answer;

  constructor(config: Config) {
    this.#config = config;
    this.#origins = new Set(config.origins);
    this.#patterns = config.patterns.map((pattern) => new LinearRegex(pattern));
    this.#preflight = { status: 200, headers: preflightHeaders(config), body: '', error: null, flags: '' };
    this.#privatePreflight = {
      ...this.#preflight,
      headers: [...this.#preflight.headers, 'access-control-allow-private-network', 'true'],
    };
  }

  onRequest(context: FilterContext): Answer | undefined {
    const { requestHeaders: headers, method } = context;
    const origin = joinHeader(headers, 'origin');
    if (origin === undefined || !this.#allows(origin)) return undefined;
    context.corsOrigin = origin;
    if (method !== 'OPTIONS' || !getHeader(headers, 'access-control-request-method')) return undefined;
    const nearer =
      this.#config.allowPrivateNetwork &&
      getHeader(headers, 'access-control-request-private-network') === 'true';
    return nearer ? this.#privatePreflight : this.#preflight;
  }

  onResponse({ responseHeaders: headers, corsOrigin }: FilterContext): void {
    // Also where no origin was named or allowed: a cache must not give that answer to one that is.
    if (!variesByOrigin(headers)) headers.push('vary', 'Origin');
    if (corsOrigin === '') return;
    const { allowCredentials, exposeHeaders } = this.#config;
    setHeader(headers, 'access-control-allow-origin', corsOrigin);
    if (allowCredentials) setHeader(headers, 'access-control-allow-credentials', 'true');
    if (exposeHeaders !== '') setHeader(headers, 'access-control-expose-headers', exposeHeaders);
  }

  #allows(origin: string): boolean {
    if (origin === '' || origin.length > MAX_ORIGIN_LENGTH) return false;
    if (this.#config.anyOrigin || this.#origins.has(origin.toLowerCase())) return true;
    for (let i = 0; i < this.#patterns.length; i++) {
      if ((this.#patterns[i] as LinearRegex).matches(origin)) return true;
    }
    return false;
  }
}

/** What only preflights say; the rest stands on every answer. */
function preflightHeaders({ allowMethods, allowHeaders, maxAgeSeconds }: Config): string[] {
  const headers = ['access-control-allow-methods', allowMethods];
  if (allowHeaders !== '') headers.push('access-control-allow-headers', allowHeaders);
  if (maxAgeSeconds !== null) headers.push('access-control-max-age', `${maxAgeSeconds}`);
  return headers;
}

const ORIGIN_OR_ALL = /(?:^|,)[ \t]*(?:origin|\*)[ \t]*(?:,|$)/i;

function variesByOrigin(headers: readonly string[]): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] === 'vary' && ORIGIN_OR_ALL.test(headers[i + 1] as string)) return true;
  }
  return false;
}
