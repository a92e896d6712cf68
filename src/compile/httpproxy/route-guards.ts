import type { Place } from '../place.ts';
import type { RootContext } from './context.ts';
import type { RouteSpec } from './spec.ts';

/**
 * Looks at what protects a route and cannot be honoured by this release: such a route answers 503, it is never
 * served unprotected. Redirects and direct responses are protected as any other route (⚠1), on both ports (⚠5).
 *
 * @returns Whether the route must not be served.
 */
export function checkRouteGuards(context: RootContext, route: RouteSpec, place: Place): boolean {
  const authorized = needsAuthorization(context, route);
  if (authorized) {
    place
      .at('authPolicy')
      .ignored(
        'this release does not ask authorizers; the route answers 503 until it is disabled here or the host has no authorization',
      );
  }
  const verified = needsToken(context, route, place);
  return authorized || verified;
}

/** The route's word, else the host's (httpproxy.md 1.4.11): `disabled` that is not true turns it on again. */
function needsAuthorization({ authorization }: RootContext, route: RouteSpec): boolean {
  if (authorization === null) return false;
  return route.authPolicy ? route.authPolicy.disabled !== true : authorization.enabled;
}

function needsToken({ jwt, root }: RootContext, route: RouteSpec, place: Place): boolean {
  const { require = '', disabled = false } = route.jwtVerificationPolicy ?? {};
  const at = place.at('jwtVerificationPolicy');
  if (require !== '' && disabled) {
    at.error(
      'JWTVerificationError/InvalidJWTVerificationPolicy',
      'require and disabled are both set; keep one',
    );
    return true;
  }
  if (require !== '' && !jwt.names.has(require)) {
    const { namespace, name } = place.object;
    // Written on the root, whose list of providers lacks the name (⚠35).
    root
      .scope('route')
      .at('spec.virtualhost.jwtProviders')
      .error(
        'JWTVerificationError/JWTProviderNotDefined',
        `no provider ${JSON.stringify(require)}, which ${at.field} of HTTPProxy ${namespace}/${name} requires; define it or change the route`,
      );
    return true;
  }
  const provider = disabled ? null : require || jwt.default;
  if (provider === null) return false;
  at.ignored(
    `this release does not verify tokens, as provider ${JSON.stringify(provider)} asks; the route answers 503 until it is disabled here`,
  );
  return true;
}
