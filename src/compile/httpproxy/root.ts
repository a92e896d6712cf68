import type { Upstream } from '../../snapshot/upstream.ts';
import type { Route, TlsPolicy } from '../../snapshot/virtual-host.ts';
import type { HostPart, Problem } from '../part.ts';
import { Place } from '../place.ts';
import { compileCors } from '../policies/cors.ts';
import { checkGlobalRateLimit } from '../policies/global-rate-limit.ts';
import { compileIpFilter } from '../policies/ip-filter.ts';
import { compileLocalRateLimit } from '../policies/local-rate-limit.ts';
import type { View } from '../view.ts';
import { checkAuthorization } from './authorization.ts';
import type { HostFilters, RootContext } from './context.ts';
import { hostFilters, proxyRef, refKey } from './context.ts';
import type { Walk } from './includes.ts';
import { compileTree, replaceIdentical } from './includes.ts';
import { checkJwtProviders } from './jwt-providers.ts';
import type { HTTPProxy, VirtualHostSpec } from './spec.ts';
import { checkTcpProxy } from './tcp-proxy.ts';
import { compileTls } from './tls.ts';

/** What a root and its tree contribute to their host. */
export interface ProxyPart extends HostPart {
  /** Every proxy that was reached through an include; the root is not among them. */
  readonly visited: readonly Problem['object'][];
  /** The host names an authorizer for all its routes, also those that an Ingress adds. */
  readonly guarded: boolean;
}

/**
 * Compiles a root and all it includes (httpproxy.md 1). Errors found before the routes are walked leave its
 * children unvisited (2.3); a host that is off for a reason of this release is still walked, for its problems.
 *
 * @param fqdn Lower case.
 */
export function compileRoot(proxy: HTTPProxy, fqdn: string, view: View): ProxyPart {
  const problems: Problem[] = [];
  const place = Place.of(proxyRef(proxy), problems);
  const visited: Walk['visited'] = new Map();
  const front = compileFront(proxy, { place, view, visited });
  if (place.has('host-off')) return offPart(problems, visited);

  const upstreams = new Map<string, Upstream>();
  const host = proxy.spec?.virtualhost;
  const policies = compileHostPolicies(host, { place: place.at('spec.virtualhost'), fqdn });
  const context: RootContext = {
    view,
    fqdn,
    root: place,
    tls: front.tls !== null,
    ...policies,
    authorization: front.authorization,
    jwt: front.jwt,
    upstreams,
  };
  const walk: Walk = { context, visited, path: new Set([refKey(place.object)]), steps: 0 };
  const candidates = replaceIdentical(compileTree(walk, proxy, { place, inherited: [] }));
  if (place.has('host-off') || front.unserved) return offPart(problems, visited);
  const routes: Route[] = candidates.map(({ route }) => route);
  return {
    routes,
    // Without any route the handshake is refused (httpproxy.md 2.2).
    tls: routes.length === 0 ? null : front.tls,
    upgradeFilters: hostFilters(policies),
    upstreams: [...upstreams.values()],
    problems,
    off: false,
    guarded: front.authorization?.enabled === true,
    visited: [...visited.values()],
  };
}

function offPart(problems: readonly Problem[], visited: Walk['visited']): ProxyPart {
  return {
    routes: [],
    tls: null,
    upgradeFilters: [],
    upstreams: [],
    problems,
    off: true,
    guarded: false,
    visited: [...visited.values()],
  };
}

/** What stands before the routes. */
interface Front {
  readonly tls: TlsPolicy | null;
  readonly authorization: RootContext['authorization'];
  readonly jwt: RootContext['jwt'];
  /** Something asks for what this release does not do: the host answers 503. */
  readonly unserved: boolean;
}

function compileFront(
  proxy: HTTPProxy,
  { place, view, visited }: { readonly place: Place; readonly view: View; readonly visited: Walk['visited'] },
): Front {
  const spec = proxy.spec;
  const host = place.at('spec.virtualhost');
  if (!spec?.routes?.length && !spec?.includes?.length && !spec?.tcpproxy) {
    place
      .at('spec')
      .error('SpecError/NothingDefined', 'a root needs routes, includes or a tcpproxy; add one');
  }
  const tls = compileTls(spec?.virtualhost, { place: host.at('tls'), view });
  const authorization = checkAuthorization(spec?.virtualhost, { place: host.at('authorization'), view });
  const jwt = checkJwtProviders(spec?.virtualhost, { place: host.at('jwtProviders'), view });
  const tcp = checkTcpProxy(proxy, { place: place.at('spec.tcpproxy').as('tcpproxy'), view, visited });
  return { tls: tls.policy, authorization, jwt, unserved: tls.unserved || tcp };
}

function compileHostPolicies(
  host: VirtualHostSpec | undefined,
  { place, fqdn }: { readonly place: Place; readonly fqdn: string },
): HostFilters {
  const cors = compileCors(host?.corsPolicy, place.at('corsPolicy'));
  const limits = place.at('rateLimitPolicy');
  const code = 'VirtualHostError/RateLimitPolicyNotValid';
  const localRateLimit = compileLocalRateLimit(host?.rateLimitPolicy?.local, {
    place: limits.at('local'),
    code,
    bucket: `${refKey(place.object)}|${fqdn}`,
  });
  checkGlobalRateLimit(host?.rateLimitPolicy?.global, { place: limits.at('global'), code });
  const { filter: ipFilter, badItem } = compileIpFilter(host ?? {}, place);
  if (badItem) {
    place.error(
      'IPFilterError/IPFilterPolicyNotValid',
      'the address filter of the host cannot be used; mend every item',
    );
  }
  return { cors, localRateLimit, ipFilter };
}
