import type { Result } from '../../lib/result.ts';
import { err, ok } from '../../lib/result.ts';

export type Labels = Readonly<Record<string, string>>;

/** Whether an object with these labels is selected. */
export type LabelSelector = (labels: Labels) => boolean;

const MAX_LENGTH = 4096;

const REQUIREMENT =
  /^\s*(?:(?<not>!)\s*(?<absent>[\w./-]+)|(?<key>[\w./-]+)(?:\s*(?<op>==|=|!=)\s*(?<value>[\w.-]*)|\s+(?<set>in|notin)\s*\((?<values>[^()]*)\))?)\s*$/;

/**
 * Parses `a=b,c!=d,e in (x, y),f notin (z),g,!h`: all must hold. As in Kubernetes, `!=` and `notin` hold too
 * where the label is absent. An empty text selects everything.
 */
export function parseLabelSelector(text: string): Result<LabelSelector, string> {
  if (text.trim() === '') return ok(() => true);
  if (text.length > MAX_LENGTH)
    return err(`Cannot parse labelSelector: it is longer than ${MAX_LENGTH} characters`);
  const requirements: LabelSelector[] = [];
  // Commas in parentheses part values, the others requirements.
  for (const part of text.split(/,(?![^()]*\))/)) {
    const groups = REQUIREMENT.exec(part)?.groups;
    if (groups === undefined)
      return err(
        `Cannot parse labelSelector ${JSON.stringify(text)}: ${JSON.stringify(part)} is no requirement`,
      );
    requirements.push(requirementOf(groups));
  }
  return ok((labels) => requirements.every((holds) => holds(labels)));
}

function requirementOf(groups: Readonly<Record<string, string | undefined>>): LabelSelector {
  const { absent, key = '', op, value = '', set, values = '' } = groups;
  if (absent !== undefined) return (labels) => !Object.hasOwn(labels, absent);
  const allowed = set === undefined ? [value] : values.split(',').map((one) => one.trim());
  const among: LabelSelector = (labels) => Object.hasOwn(labels, key) && allowed.includes(labels[key] ?? '');
  if (op === undefined && set === undefined) return (labels) => Object.hasOwn(labels, key);
  return op === '!=' || set === 'notin' ? (labels) => !among(labels) : among;
}
