import type { QueryMatch } from '../../snapshot/match.ts';
import type { Place } from '../place.ts';
import { regexFault } from '../regex-check.ts';
import type { QueryConditionSpec } from './spec.ts';

const OPERATORS = ['exact', 'prefix', 'suffix', 'regex', 'contains'] as const;

/** Reads one condition on a query parameter; null when it cannot be read, which is reported. */
export function readQueryCondition(condition: QueryConditionSpec, place: Place): QueryMatch | null {
  const refuse = (message: string): null => {
    place.error('RouteError/QueryParameterMatchConditionsNotValid', message);
    return null;
  };
  const { name = '' } = condition;
  if (name === '') return refuse('name is empty; name the parameter');
  const set = OPERATORS.flatMap((op) => {
    const value = condition[op];
    return value === undefined || value === null || value === '' ? [] : [{ op, value }];
  });
  const count = set.length + (condition.present === true ? 1 : 0);
  if (count !== 1) {
    return refuse(
      `the condition on parameter ${JSON.stringify(name)} has ${count} operators; set exactly one of exact, prefix, suffix, regex, contains, present`,
    );
  }
  const [operator] = set;
  if (operator === undefined) return { name, op: 'present', value: '', ignoreCase: false };
  const { op, value } = operator;
  if (op !== 'regex') return { name, op, value, ignoreCase: condition.ignoreCase === true };
  const fault = regexFault(value);
  if (fault !== null)
    return refuse(`regex ${JSON.stringify(value)} cannot be used: ${fault}; write it in RE2 syntax`);
  return { name, op, value, ignoreCase: false };
}
