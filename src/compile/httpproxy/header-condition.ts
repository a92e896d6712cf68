import type { HeaderMatch } from '../../snapshot/match.ts';
import type { Place } from '../place.ts';
import { regexFault } from '../regex-check.ts';
import type { HeaderConditionSpec } from './spec.ts';

/** Operators in the order in which the first that is set wins (httpproxy.md 1.4.1). */
const OPERATORS = ['contains', 'notcontains', 'exact', 'notexact', 'regex'] as const;

/** Reads one header condition; null when it cannot be read, which is reported. */
export function readHeaderCondition(condition: HeaderConditionSpec, place: Place): HeaderMatch | null {
  const name = (condition.name ?? '').toLowerCase();
  if (name === '') {
    place.error('RouteError/HeaderMatchConditionsNotValid', 'name is empty; name the header');
    return null;
  }
  const base = { name, value: '', ignoreCase: false, treatMissingAsEmpty: false };
  if (condition.present === true) return { ...base, op: 'present', negate: false };
  if (condition.notpresent === true) return { ...base, op: 'present', negate: true };
  for (const operator of OPERATORS) {
    const value = condition[operator];
    if (value === undefined || value === null || value === '') continue;
    if (operator === 'regex') {
      const fault = regexFault(value);
      if (fault === null) return { ...base, op: 'regex', value, negate: false };
      place.error(
        'RouteError/HeaderMatchConditionsNotValid',
        `regex ${JSON.stringify(value)} cannot be used: ${fault}; write it in RE2 syntax`,
      );
      return null;
    }
    const negate = operator === 'notcontains' || operator === 'notexact';
    return {
      name,
      op: operator === 'contains' || operator === 'notcontains' ? 'contains' : 'exact',
      value,
      ignoreCase: condition.ignoreCase === true,
      negate,
      treatMissingAsEmpty: negate && condition.treatMissingAsEmpty === true,
    };
  }
  place.error(
    'RouteError/HeaderMatchConditionsNotValid',
    `the condition on header ${JSON.stringify(name)} has no operator; set present, contains, exact, regex or one of their opposites`,
  );
  return null;
}
