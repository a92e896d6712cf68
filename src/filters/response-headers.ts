import type { ResponseHeaders as Config } from '../snapshot/filter.ts';
import type { Filter, FilterContext } from './filter.ts';
import { compileHeaderMutation, type HeaderMutation } from './header-mutation.ts';

/** Removes and sets response header fields, of upstreams' answers and of our own. */
export class ResponseHeaders implements Filter {
  readonly kind = 'response-headers';
  readonly #mutate: HeaderMutation;

  constructor(config: Config, deps: { readonly hostname: string }) {
    this.#mutate = compileHeaderMutation(config, deps.hostname);
  }

  onResponse(context: FilterContext): void {
    this.#mutate(context.responseHeaders, context);
  }
}
