import type { CookieRewrite, Filter } from '../../snapshot/filter.ts';
import type { Backend, Forward } from '../../snapshot/virtual-host.ts';
import type { Place } from '../place.ts';
import { compileCookieRewrites, mergeCookieRewrites } from '../policies/cookie-rewrite.ts';
import { compileRequestHeaders, compileResponseHeaders } from '../policies/header-policy.ts';
import { checkSlowStart } from '../policies/slow-start.ts';
import { reasonCode } from '../reasons.ts';
import { resolveBackend } from '../service.ts';
import { type BackendRefOptions, readBackendRef } from './backend-ref.ts';
import type { RootContext } from './context.ts';
import type { ServiceSpec } from './spec.ts';

/** What all services of one route have in common. */
export interface ServicesOptions extends BackendRefOptions {
  /** The strategy as written: slow start asks for it. */
  readonly strategy: string;
  /** The route's rewrites. */
  readonly cookies: CookieRewrite | null;
}

/** The services of a route that can be spoken to. */
export interface CompiledServices {
  /** Empty when none is left: the route answers 503. */
  readonly backends: readonly Backend[];
  readonly mirror: Forward['mirror'];
  /** A service asks for a protocol that this release does not speak: the route answers 503. */
  readonly unsupported: boolean;
}

const MAX_WEIGHT = 4_294_967_295;

/** Compiles `services` (httpproxy.md 1.4.2). Errors with effect on the route are in the scope of `place`. */
export function compileServices(
  context: RootContext,
  services: readonly ServiceSpec[],
  { place, options }: { readonly place: Place; readonly options: ServicesOptions },
): CompiledServices {
  // Weights are those the user wrote: a service of weight 0 gets no traffic because another one is missing.
  const weighted = services.some((service) => service.mirror !== true && (service.weight ?? 0) > 0);
  const backends: Backend[] = [];
  let mirror: Forward['mirror'] = null;
  let mirrors = 0;
  let unsupported = false;
  for (const [index, service] of services.entries()) {
    const at = place.at(`services[${index}]`);
    const filters = backendFilters(context, service, { place: at, options });
    checkSlowStart(service.slowStartPolicy, { place: at.at('slowStartPolicy'), strategy: options.strategy });
    if (service.mirror === true) {
      mirrors += 1;
      if (mirrors === 2) {
        at.at('mirror').error('ServiceError/OnlyOneMirror', 'the route has another mirror; keep one');
      }
    }
    const resolved = resolveService(context, service, { place: at, options });
    if (resolved === null) continue;
    if (resolved.unsupported) unsupported = true;
    if (service.mirror === true) {
      mirror = { upstream: resolved.upstream, percent: Math.min(service.weight || 100, 100) };
    } else {
      const weight = weighted ? Math.min(Math.max(Math.trunc(service.weight ?? 0), 0), MAX_WEIGHT) : 1;
      backends.push({ upstream: resolved.upstream, weight, filters });
    }
  }
  const served = backends.some(({ weight }) => weight > 0);
  return { backends: served ? backends : [], mirror, unsupported };
}

function resolveService(
  { view, upstreams }: RootContext,
  service: ServiceSpec,
  { place, options }: { readonly place: Place; readonly options: ServicesOptions },
): { readonly upstream: string; readonly unsupported: boolean } | null {
  const ref = readBackendRef(service, { place, options });
  if (ref === null) return null;
  const result = resolveBackend(view, ref);
  if (!result.ok) {
    const { type, reason, message } = result.error;
    place.error(reasonCode(type, reason) ?? 'ServiceError/TLSUpstreamValidation', message);
    return null;
  }
  const { upstream, unsupported } = result.value;
  upstreams.set(upstream.name, upstream);
  if (unsupported !== null) {
    place.ignored(
      `this release does not speak ${unsupported} to services; the route answers 503 until the service is reached by HTTP/1.1`,
    );
  }
  return { upstream: upstream.name, unsupported: unsupported !== null };
}

/** Filters of one service alone; its errors are of type ServiceError. */
function backendFilters(
  { view }: RootContext,
  service: ServiceSpec,
  { place, options }: { readonly place: Place; readonly options: ServicesOptions },
): readonly Filter[] {
  const cookies = compileCookieRewrites(service.cookieRewritePolicies, place.at('cookieRewritePolicies'));
  // A mirror's header policies are not applied (⚠40).
  if (service.mirror === true) return [];
  const { namespace } = options;
  const variables = { namespace, serviceName: service.name ?? '', servicePort: service.port };
  const request = compileRequestHeaders(service.requestHeadersPolicy, {
    place: place.at('requestHeadersPolicy'),
    code: 'ServiceError/RequestHeadersPolicyInvalid',
    variables,
    global: view.options.requestHeaders,
  });
  const response = compileResponseHeaders(service.responseHeadersPolicy, {
    place: place.at('responseHeadersPolicy'),
    code: 'ServiceError/ResponseHeadersPolicyInvalid',
    variables,
    global: view.options.responseHeaders,
  });
  return [mergeCookieRewrites(options.cookies, cookies), request, response].filter(
    (filter) => filter !== null,
  );
}
