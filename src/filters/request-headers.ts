import type { RequestHeaders as Config } from '../snapshot/filter.ts';
import type { Filter, FilterContext } from './filter.ts';
import { compileHeaderMutation, type HeaderMutation } from './header-mutation.ts';
import { compileTemplate, type LiveTemplate } from './template.ts';

/** Removes and sets request header fields; `host` rewrites the authority towards the upstream. */
export class RequestHeaders implements Filter {
  readonly kind = 'request-headers';
  readonly #mutate: HeaderMutation;
  readonly #host: LiveTemplate | null;

  constructor(config: Config, deps: { readonly hostname: string }) {
    this.#mutate = compileHeaderMutation(config, deps.hostname);
    this.#host = config.host === null ? null : compileTemplate(config.host, deps.hostname);
  }

  onRequest(context: FilterContext): undefined {
    // Before the fields change: `%REQ()%` in the host means what the client sent.
    if (this.#host !== null) {
      const host = this.#host.constant ?? this.#host.evaluate(context);
      if (AUTHORITY.test(host)) context.upstreamAuthority = host;
    }
    this.#mutate(context.requestHeaders, context);
  }
}

/** What an authority may look like (RFC 3986 §3.2.2, without user); any other text leaves it unchanged. */
const AUTHORITY = /^(?:[\w.~%!$&'()*+;=-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
