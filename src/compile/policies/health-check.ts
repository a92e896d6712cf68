import type { HealthCheckSpec } from '../httpproxy/spec.ts';
import type { Place } from '../place.ts';

const COUNTS = [
  'intervalSeconds',
  'timeoutSeconds',
  'unhealthyThresholdCount',
  'healthyThresholdCount',
] as const;

/**
 * Checks a route's `healthCheckPolicy` (httpproxy.md 1.4.5). This release has no active checks: a warning
 * says so.
 */
export function checkHealthCheck(policy: HealthCheckSpec | null | undefined, place: Place): void {
  if (policy === undefined || policy === null) return;
  const fault = healthCheckFault(policy);
  if (fault !== null) place.error('RouteError/HealthCheckPolicyInvalid', fault);
  else place.ignored('this release does not check health by requests; endpoints are taken as healthy');
}

function healthCheckFault(policy: HealthCheckSpec): string | null {
  if (!policy.path) return 'path is empty; name the path to ask for';
  for (const field of COUNTS) {
    const value = policy[field] ?? 0;
    if (value < 0) return `${field} ${value} must not be negative`;
  }
  for (const { start, end } of policy.expectedStatuses ?? []) {
    if (!(start >= 100 && start < end && end <= 600)) {
      return `expectedStatuses from ${start} to ${end} (exclusive) is no range within 100 to 600`;
    }
  }
  return null;
}
