import type { Respond } from '../../snapshot/virtual-host.ts';
import type { DirectResponseSpec } from '../httpproxy/spec.ts';
import type { Place } from '../place.ts';

/** Compiles `directResponsePolicy` (httpproxy.md 1.4.9); null when an error was reported. */
export function compileDirectResponse(policy: DirectResponseSpec, place: Place): Respond | null {
  const { statusCode, body = '' } = policy;
  if (!Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) {
    place
      .at('statusCode')
      .error('RouteError/RouteActionCountNotValid', `${statusCode} must be from 200 to 599`);
    return null;
  }
  return { kind: 'respond', status: statusCode, body, error: null };
}
