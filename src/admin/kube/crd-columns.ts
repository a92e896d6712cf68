import type { PrinterColumn } from '../../resources/crd-schemas.ts';
import { formatAge } from './age.ts';
import type { Cell, Column } from './column.ts';
import { compileJsonPath } from './json-path.ts';

/**
 * A column of `additionalPrinterColumns`. Texts show everything that the path finds, other types the first; a
 * date is shown as an age; what is not there is an empty cell.
 *
 * @throws {Error} If the path cannot be read: the CRD is our own.
 */
export function crdColumn({ name, type, description, jsonPath, priority }: PrinterColumn): Column {
  const find = compileJsonPath(jsonPath);
  return {
    name,
    type: type === 'date' ? 'string' : type,
    format: '',
    description: description ?? '',
    priority: priority ?? 0,
    cell: (object, nowMs) => showFound(find(object), type, nowMs),
  };
}

function showFound(found: readonly unknown[], type: string, nowMs: number): Cell {
  const first = found[0];
  if (first === undefined || first === null) return null;
  if (type === 'string') return found.map(textOf).join(' ');
  if (type === 'date') return formatAge(textOf(first), nowMs);
  return typeof first === 'number' || typeof first === 'boolean' ? first : null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
