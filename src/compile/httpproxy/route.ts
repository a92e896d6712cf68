import type { CookieRewrite, Filter } from '../../snapshot/filter.ts';
import type { Match } from '../../snapshot/match.ts';
import type { Action, Respond, Route, RouteOrigin } from '../../snapshot/virtual-host.ts';
import type { Place } from '../place.ts';
import { compileCookieRewrites } from '../policies/cookie-rewrite.ts';
import { compileDirectResponse } from '../policies/direct-response.ts';
import { checkGlobalRateLimit } from '../policies/global-rate-limit.ts';
import { compileRequestHeaders, compileResponseHeaders } from '../policies/header-policy.ts';
import { checkHealthCheck } from '../policies/health-check.ts';
import { compileIpFilter } from '../policies/ip-filter.ts';
import { compileLoadBalancer } from '../policies/load-balancer.ts';
import { compileLocalRateLimit } from '../policies/local-rate-limit.ts';
import { compilePathRewrite } from '../policies/path-rewrite.ts';
import { compileRedirect } from '../policies/redirect.ts';
import { compileRetry } from '../policies/retry.ts';
import { compileTimeouts } from '../policies/timeout.ts';
import { matchText } from '../route-order.ts';
import type { Conditions } from './conditions.ts';
import { checkContradictions, mergeConditions, readConditions } from './conditions.ts';
import type { Candidate, RootContext } from './context.ts';
import { checkRouteGuards } from './route-guards.ts';
import { compileServices } from './services.ts';
import type { RouteSpec } from './spec.ts';

/** What a route that cannot be served answers (httpproxy.md 2.2, **R**). */
export const MISCONFIGURED: Respond = {
  kind: 'respond',
  status: 503,
  body: '',
  error: 'proxy_configuration_error',
};

/** What a route without a service that gets traffic answers. */
const NO_SERVICE: Respond = { kind: 'respond', status: 503, body: '', error: 'destination_unavailable' };

/** Where a route stands: its place, and the conditions of the includes above it, outermost first. */
export interface RoutePosition {
  readonly place: Place;
  readonly inherited: readonly Conditions[];
}

/**
 * Compiles one route of a tree (httpproxy.md 1.4). A mistake costs this route alone: it keeps its match and
 * answers 503 (⚠9).
 *
 * @returns null when its path cannot be read: it matches nothing.
 */
export function compileRoute(
  context: RootContext,
  route: RouteSpec,
  { place: field, inherited }: RoutePosition,
): Candidate | null {
  const place = field.scope('route');
  const own = readConditions(route.conditions ?? [], { kind: 'route', place });
  const match = own.pathFailed ? null : mergeConditions([...inherited, own], place);
  if (match !== null) checkContradictions(match, place);
  // A route that matches nothing is still checked: all its mistakes are reported at once.
  const body = compileBody(context, route, { place, match: match ?? EVERYTHING });
  if (match === null) return null;
  return {
    route: {
      match,
      action: place.has('route-503') || body.guarded ? MISCONFIGURED : body.action,
      filters: body.filters,
      plain: plainMode(context, route),
      secure: context.tls ? 'serve' : 'none',
      origin: origin(place),
    },
    reduced: own.reduced,
    place,
  };
}

const EVERYTHING: Match = { path: { kind: 'prefix', value: '/' }, headers: [], query: [] };

/** The object and field a route of this place comes from. */
export function origin({ object, field }: Place): RouteOrigin {
  return { kind: 'HTTPProxy', namespace: object.namespace, name: object.name, field };
}

function plainMode({ tls, view }: RootContext, route: RouteSpec): Route['plain'] {
  if (!tls) return 'serve';
  return route.permitInsecure === true && !view.options.disablePermitInsecure ? 'serve' : 'redirect';
}

interface BodyPosition {
  readonly place: Place;
  readonly match: Match;
  readonly cookies: CookieRewrite | null;
}

/** Action and filters; the action counts only when no error was found. */
function compileBody(
  context: RootContext,
  route: RouteSpec,
  { place, match }: Omit<BodyPosition, 'cookies'>,
): { readonly action: Action; readonly filters: readonly Filter[]; readonly guarded: boolean } {
  const cookies = compileCookieRewrites(route.cookieRewritePolicies, place.at('cookieRewritePolicies'));
  const position: BodyPosition = { place, match, cookies };
  const filters = compileFilters(context, route, position);
  if (route.internalRedirectPolicy) {
    place
      .at('internalRedirectPolicy')
      .ignored('this release does not follow redirects inside; they go to the client');
  }
  const action = compileAction(context, route, position);
  const guarded = checkRouteGuards(context, route, place);
  return { action: action ?? MISCONFIGURED, filters, guarded };
}

function compileAction(context: RootContext, route: RouteSpec, position: BodyPosition): Action | null {
  const { place, match } = position;
  const redirect = route.requestRedirectPolicy;
  const direct = route.directResponsePolicy;
  const services = route.services ?? [];
  const count = [services.length > 0, Boolean(redirect), Boolean(direct)].filter(Boolean).length;
  if (count !== 1) {
    place.error(
      'RouteError/RouteActionCountNotValid',
      `${count} of services, requestRedirectPolicy and directResponsePolicy are set; set exactly one`,
    );
    return null;
  }
  if (redirect) {
    return compileRedirect(redirect, { path: match.path, place: place.at('requestRedirectPolicy') });
  }
  if (direct) return compileDirectResponse(direct, place.at('directResponsePolicy'));
  return compileForward(context, route, position);
}

function compileForward(
  context: RootContext,
  route: RouteSpec,
  { place, match, cookies }: BodyPosition,
): Action | null {
  const timeouts = compileTimeouts(route.timeoutPolicy, {
    place: place.at('timeoutPolicy'),
    streamIdleMs: context.view.options.streamIdleMs,
  });
  const retry = compileRetry(route.retryPolicy, place.at('retryPolicy'));
  const rewrite = compilePathRewrite(route.pathRewritePolicy, {
    path: match.path,
    place: place.at('pathRewritePolicy'),
  });
  checkHealthCheck(route.healthCheckPolicy, place.at('healthCheckPolicy'));
  const balancer = compileLoadBalancer(route.loadBalancerPolicy, place.at('loadBalancerPolicy'));
  const { backends, mirror, unsupported } = compileServices(context, route.services ?? [], {
    place,
    options: {
      namespace: place.object.namespace,
      balancer,
      strategy: route.loadBalancerPolicy?.strategy ?? '',
      cookies,
      idleConnectionMs: timeouts?.idleConnectionMs ?? 0,
      healthChecked: Boolean(route.healthCheckPolicy),
    },
  });
  if (timeouts === null || unsupported) return null;
  if (backends.length === 0) return NO_SERVICE;
  return {
    kind: 'forward',
    backends,
    mirror,
    timeouts: timeouts.timeouts,
    retry,
    rewrite,
    websocket: route.enableWebsockets === true,
  };
}

/** The host's filters, or the route's own in their place, then what routes alone have. */
function compileFilters(
  context: RootContext,
  route: RouteSpec,
  { place, match, cookies }: BodyPosition,
): readonly Filter[] {
  const { namespace, name } = place.object;
  const limitPlace = place.at('rateLimitPolicy');
  const ownLimit = compileLocalRateLimit(route.rateLimitPolicy?.local, {
    place: limitPlace.at('local'),
    code: 'RouteError/RateLimitPolicyNotValid',
    bucket: `${namespace}/${name}|${context.fqdn}|${matchText(match)}`,
  });
  checkGlobalRateLimit(route.rateLimitPolicy?.global, {
    place: limitPlace.at('global'),
    code: 'RouteError/RateLimitPolicyNotValid',
  });
  const ownAddresses = compileIpFilter(route, place).filter;
  const variables = { namespace, serviceName: null, servicePort: null };
  const request = compileRequestHeaders(route.requestHeadersPolicy, {
    place: place.at('requestHeadersPolicy'),
    code: 'RouteError/RequestHeadersPolicyInvalid',
    variables,
    global: null,
  });
  const forwards = (route.services ?? []).length > 0;
  const response = compileResponseHeaders(route.responseHeadersPolicy, {
    place: place.at('responseHeadersPolicy'),
    code: 'RouteError/ResponseHeaderPolicyInvalid',
    variables,
    // Where there are services the controller's policy stands with each of them.
    global: forwards ? null : context.view.options.responseHeaders,
  });
  const limit = ownLimit ?? context.localRateLimit;
  const addresses = ownAddresses ?? context.ipFilter;
  return [context.cors, limit, cookies, addresses, request, response].filter((filter) => filter !== null);
}
