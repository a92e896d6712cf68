import type { Result } from '../../lib/result.ts';
import { err, ok } from '../../lib/result.ts';

/** Whether an object of this name is selected. */
export type FieldSelector = (object: { readonly namespace: string; readonly name: string }) => boolean;

/**
 * Parses `metadata.name=a,metadata.namespace!=b`; other fields cannot be selected by. An empty text selects
 * everything.
 */
export function parseFieldSelector(text: string): Result<FieldSelector, string> {
  if (text.trim() === '') return ok(() => true);
  const requirements: FieldSelector[] = [];
  for (const part of text.split(',')) {
    const [, field, op, value = ''] =
      /^\s*metadata\.(name|namespace)\s*(==|=|!=)\s*(\S*)\s*$/.exec(part) ?? [];
    if (field !== 'name' && field !== 'namespace')
      return err(
        `Cannot parse fieldSelector ${JSON.stringify(text)}: only metadata.name and metadata.namespace can be compared, by = or !=`,
      );
    requirements.push((object) => (object[field] === value) === (op !== '!='));
  }
  return ok((object) => requirements.every((holds) => holds(object)));
}
