import type { ObjectRef } from '../../resources/kinds.ts';
import type { Filter } from '../../snapshot/filter.ts';
import { Place } from '../place.ts';
import { compileRequestHeaders, compileResponseHeaders } from '../policies/header-policy.ts';
import type { CompileVariables } from '../policies/header-template.ts';
import type { CompileOptions } from '../view.ts';

/**
 * The controller's header policy as filters of one backend, where it is to hold for Ingresses too. An Ingress has
 * no header policy of its own (ingress.md 4.1).
 */
export function globalHeaderFilters(
  options: CompileOptions,
  ingress: ObjectRef,
  service: Omit<CompileVariables, 'namespace'>,
): Filter[] {
  if (!options.applyHeadersToIngress) return [];
  // Nothing is reported: a policy without items of its own has no faults.
  const place = Place.of(ingress, []);
  const variables = { namespace: ingress.namespace, ...service };
  const filters: Filter[] = [];
  const request = compileRequestHeaders(null, {
    place,
    code: 'ServiceError/RequestHeadersPolicyInvalid',
    variables,
    global: options.requestHeaders,
  });
  if (request !== null) filters.push(request);
  const response = compileResponseHeaders(null, {
    place,
    code: 'ServiceError/ResponseHeadersPolicyInvalid',
    variables,
    global: options.responseHeaders,
  });
  if (response !== null) filters.push(response);
  return filters;
}
