import type { Filter } from '../filters/filter.ts';
import type { FilterDeps } from '../filters/registry.ts';
import type { TlsPolicy, VirtualHost } from '../snapshot/virtual-host.ts';
import { createFilters, createLiveRoute, type LiveRoute, onResponses } from './live-route.ts';
import { RouteIndex } from './match.ts';
import type { MatchInput } from './match-input.ts';

/** One virtual host that finds its routes. Immutable; tables share those that did not change. */
export class LiveHost {
  readonly name: string;
  /** null: the name is not served over TLS. */
  readonly tls: TlsPolicy | null;
  /** What the automatic redirect to HTTPS passes through. */
  readonly upgradeFilters: readonly Filter[];
  /** And on its way back; only filters with `onResponse`. */
  readonly upgradeResponseFilters: readonly Filter[];
  /** In the order in which they are tried. */
  readonly routes: readonly LiveRoute[];
  readonly #index: RouteIndex;

  constructor(host: VirtualHost, deps: FilterDeps) {
    this.name = host.name;
    this.tls = host.tls;
    this.upgradeFilters = createFilters(host.upgradeFilters, deps);
    this.upgradeResponseFilters = onResponses(this.upgradeFilters);
    this.routes = host.routes.map((route, order) => createLiveRoute(route, order, deps));
    this.#index = new RouteIndex(this.routes);
  }

  /**
   * The route that answers, or null: 404. Called once a request, and once more for each re-routing.
   *
   * @param secure The request came on the TLS listener; routes that are not there are no candidates.
   */
  match(request: MatchInput, secure: boolean): LiveRoute | null {
    return this.#index.find(request, secure);
  }
}
