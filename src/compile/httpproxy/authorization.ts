import { checkExtensionService } from '../extension-service.ts';
import type { Place } from '../place.ts';
import { parseTimeout } from '../policies/timeout.ts';
import type { View } from '../view.ts';
import type { RootContext } from './context.ts';
import type { AuthorizationSpec, VirtualHostSpec } from './spec.ts';

const API_VERSION = 'projectcontour.io/v1alpha1';

/**
 * Checks `virtualhost.authorization` (httpproxy.md 1.2). This release asks no authorizer: routes for which one
 * is to be asked answer 503 (`route-guards.ts`).
 *
 * @returns null when the host names no authorizer.
 */
export function checkAuthorization(
  host: VirtualHostSpec | undefined,
  { place, view }: { readonly place: Place; readonly view: View },
): RootContext['authorization'] {
  const spec = host?.authorization;
  if (!spec) return null;
  const enabled = spec.authPolicy?.disabled !== true;
  const { responseTimeout } = spec;
  const timeout = parseTimeout(responseTimeout);
  if (!timeout.ok) {
    place.at('responseTimeout').error('AuthError/AuthResponseTimeoutInvalid', timeout.error);
  }
  checkHttpSettings(spec, place);
  // Without a name the block only says what holds for a global authorizer.
  if (!spec.extensionRef?.name) return null;
  const at = place.at('extensionRef');
  if (!host.tls || host.tls.passthrough === true) {
    at.error(
      'AuthError/AuthNotPermitted',
      'only a host whose TLS ends here can have an authorizer; set tls.secretName',
    );
  }
  const { apiVersion, namespace, name } = spec.extensionRef;
  if (apiVersion && apiVersion !== API_VERSION) {
    at.at('apiVersion').error(
      'AuthError/AuthBadResourceVersion',
      `${JSON.stringify(apiVersion)} must be ${API_VERSION}`,
    );
  } else {
    const fault = checkExtensionService(view, namespace || place.object.namespace, name);
    if (fault !== null) at.error('AuthError/ExtensionServiceNotFound', fault);
  }
  return { enabled };
}

function checkHttpSettings(spec: AuthorizationSpec, place: Place): void {
  if (spec.serviceType === 'http' && Object.keys(spec.authPolicy?.context ?? {}).length > 0) {
    place
      .at('authPolicy.context')
      .error('AuthError/AuthContextForHTTP', 'a context is sent to grpc authorizers only; remove it');
  }
  for (const list of ['allowedAuthorizationHeaders', 'allowedUpstreamHeaders'] as const) {
    for (const [index, matcher] of (spec.httpSettings?.[list] ?? []).entries()) {
      const { exact, prefix, suffix, contains } = matcher;
      if ([exact, prefix, suffix, contains].filter(Boolean).length === 1) continue;
      place
        .at(`httpSettings.${list}[${index}]`)
        .error('AuthError/AuthBadAllowedHeader', 'set exactly one of exact, prefix, suffix, contains');
    }
  }
}
