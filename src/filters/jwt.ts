import { removeHeader } from '../lib/header-list.ts';
import { wireText } from '../lib/wire-text.ts';
import type { Jwt as Config } from '../snapshot/filter.ts';
import { type FoundToken, findToken } from './bearer-token.ts';
import type { Answer, Filter, FilterContext } from './filter.ts';
import type { TokenVerifier, Verdict } from './token-verifier.ts';

/**
 * Lets only requests with a good token pass (httpproxy.md 1.2 `jwtProviders`): 403 for a token of another audience,
 * 401 for whatever else is wrong, each with a challenge (RFC 6750 §3).
 */
export class Jwt implements Filter {
  readonly kind = 'jwt';
  readonly #config: Config;
  readonly #tokens: TokenVerifier;
  readonly #missing: Answer;
  readonly #several: Answer;
  readonly #bad: Answer;
  readonly #wrongAudience: Answer;

  constructor(config: Config, deps: { readonly tokens: TokenVerifier }) {
    this.#config = config;
    this.#tokens = deps.tokens;
    const realm = `Bearer realm="${wireText(config.realm).replace(/[^\w.*-]/g, '')}"`;
    this.#missing = refusal(401, realm);
    this.#several = refusal(401, `${realm}, error="invalid_request"`);
    this.#bad = refusal(401, `${realm}, error="invalid_token"`);
    this.#wrongAudience = refusal(403, `${realm}, error="invalid_token"`);
  }

  onRequest(context: FilterContext): Answer | undefined | Promise<Answer | undefined> {
    const found = findToken(context.requestHeaders, context.query);
    if (found.kind === 'none') return this.#missing;
    if (found.kind === 'several') return this.#several;
    const verdict = this.#tokens.check(found.token, this.#config);
    if (typeof verdict === 'string') return this.#conclude(context, found, verdict);
    return verdict.then((late) => this.#conclude(context, found, late));
  }

  #conclude(context: FilterContext, found: FoundToken, verdict: Verdict): Answer | undefined {
    switch (verdict) {
      case 'good':
        if (!this.#config.forward) take(context, found);
        return undefined;
      case 'bad':
        return this.#bad;
      case 'wrong-audience':
        return this.#wrongAudience;
      default:
        return verdict satisfies never;
    }
  }
}

/** The upstream learns nothing of the token. */
function take(context: FilterContext, found: FoundToken): void {
  if (found.kind === 'header') removeHeader(context.requestHeaders, 'authorization');
  else if (found.kind === 'query') context.query = found.rest;
}

function refusal(status: number, challenge: string): Answer {
  return {
    status,
    headers: ['www-authenticate', challenge],
    body: '',
    error: 'http_request_denied',
    flags: '',
  };
}
