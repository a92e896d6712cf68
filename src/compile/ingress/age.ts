import type { Kinds } from '../../resources/kinds.ts';

/**
 * Orders Ingresses by age, the oldest first, then by `namespace/name`. Those without a creation time, as in
 * manifests, are all equally old, and older than any that has one.
 */
export function byAge(a: Kinds['Ingress'], b: Kinds['Ingress']): number {
  const age = createdMs(a) - createdMs(b);
  if (age !== 0) return age;
  const [left, right] = [fullName(a), fullName(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** As a person writes it: `namespace/name`. */
export function fullName(ingress: Kinds['Ingress']): string {
  return `${ingress.metadata?.namespace ?? ''}/${ingress.metadata?.name ?? ''}`;
}

function createdMs(ingress: Kinds['Ingress']): number {
  const time = Date.parse(ingress.metadata?.creationTimestamp ?? '');
  return Number.isNaN(time) ? 0 : time;
}
