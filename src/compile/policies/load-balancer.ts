import type { Upstream } from '../../snapshot/upstream.ts';
import type { LoadBalancerSpec } from '../httpproxy/spec.ts';
import type { Place } from '../place.ts';
import { isHeaderName } from './header-text.ts';

/**
 * Compiles `loadBalancerPolicy` (httpproxy.md 1.4.10). Strategies that this release does not have, and unknown
 * ones, are round robin, with a warning.
 */
export function compileLoadBalancer(
  policy: LoadBalancerSpec | null | undefined,
  place: Place,
): Upstream['balancer'] {
  const strategy = policy?.strategy ?? '';
  switch (strategy) {
    case '':
    case 'RoundRobin':
      return 'round-robin';
    case 'Random':
      return 'random';
    case 'WeightedLeastRequest':
      return 'least-request';
    case 'RequestHash':
      reportHashPolicies(policy?.requestHashPolicies ?? [], place);
      break;
    case 'Cookie':
      break;
    default:
      place.at('strategy').ignored(`no strategy ${JSON.stringify(strategy)}; requests go round robin`);
      return 'round-robin';
  }
  place
    .at('strategy')
    .ignored(`this release does not have the strategy ${strategy}; requests go round robin`);
  return 'round-robin';
}

type HashPolicy = NonNullable<LoadBalancerSpec['requestHashPolicies']>[number];

/** Bad items are skipped with a warning each; query parameter names are case-sensitive (⚠16). */
function reportHashPolicies(policies: readonly HashPolicy[], place: Place): void {
  const seen = new Set<string>();
  for (const [index, policy] of policies.entries()) {
    const at = place.at(`requestHashPolicies[${index}]`);
    const key = hashKey(policy);
    if (key === null) at.ignored('exactly one named attribute is needed; the item is skipped');
    else if (seen.has(key)) at.ignored(`${key} stands twice; the item is skipped`);
    else seen.add(key);
  }
  if (seen.size === 0) {
    place.at('requestHashPolicies').ignored('no item is left to hash by; requests go round robin');
  }
}

/** What an item hashes by; null when it is none or several kinds, or its name cannot be used. */
function hashKey({ headerHashOptions, queryParameterHashOptions, hashSourceIP }: HashPolicy): string | null {
  const keys: (string | null)[] = [];
  if (headerHashOptions) {
    const name = headerHashOptions.headerName ?? '';
    keys.push(isHeaderName(name) ? `header ${name.toLowerCase()}` : null);
  }
  if (queryParameterHashOptions) {
    const name = queryParameterHashOptions.parameterName ?? '';
    keys.push(name === '' ? null : `query parameter ${name}`);
  }
  if (hashSourceIP === true) keys.push('source IP');
  return keys.length === 1 ? (keys[0] ?? null) : null;
}
