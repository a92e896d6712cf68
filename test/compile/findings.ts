import type { Problem } from '../../src/compile/part.ts';
import { Place } from '../../src/compile/place.ts';
import type { Level } from '../../src/compile/reasons.ts';

/** The result of a check and what it reported, each as `error Type/Reason field`. */
export interface Findings<T> {
  readonly value: T;
  readonly reports: readonly string[];
  readonly messages: readonly string[];
}

/** Runs a check at the field `at` of an HTTPProxy `default/root`. */
export function findings<T>(check: (place: Place) => T, level: Level = 'route'): Findings<T> {
  const problems: Problem[] = [];
  const place = Place.of({ kind: 'HTTPProxy', namespace: 'default', name: 'root' }, problems, level).at('at');
  const value = check(place);
  return {
    value,
    reports: problems.map(({ severity, type, reason, field }) => `${severity} ${type}/${reason} ${field}`),
    messages: problems.map(({ message }) => message),
  };
}
