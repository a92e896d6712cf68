import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, visit } from 'yaml';
import type { Result } from '../lib/result.ts';
import { err, ok } from '../lib/result.ts';
import { type FieldPath, isRecord } from './schema.ts';

/** One object as it stands in a text, not validated. */
export interface RawObject {
  readonly value: unknown;
  /** Line on which it begins, from 1. */
  readonly line: number;
  /** Line of a field; of the nearest one above it when it is not there. */
  lineOf(path: FieldPath): number;
}

/** Why a text cannot be read. Holds nothing of the text: it may be a Secret. */
export interface TextError {
  readonly line: number;
  readonly text: string;
}

/** Beyond this many values behind YAML aliases a document is refused. */
const MAX_ALIAS_COUNT = 100;

/**
 * Reads the objects of a manifest: YAML documents, or JSON. `kind: List` becomes its items, empty documents are
 * left out.
 *
 * @param format By the file's extension.
 */
export function readManifestText(
  text: string,
  format: 'yaml' | 'json',
): Result<readonly RawObject[], TextError> {
  try {
    return format === 'json' ? readJson(text) : readYaml(text);
  } catch (error) {
    // The parser gives up on nesting and aliases by throwing.
    const reason =
      error instanceof RangeError ? 'it is nested too deeply' : 'it has too many or unknown aliases';
    return err({ line: 1, text: `Cannot parse: ${reason}: simplify it` });
  }
}

function readJson(text: string): Result<readonly RawObject[], TextError> {
  try {
    const value: unknown = JSON.parse(text);
    // JSON.parse knows no lines, and a second parser is not worth what they tell.
    return ok(expandList(value, (item) => ({ value: item, line: 1, lineOf: () => 1 })));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Not every message tells a position, and the rest of it is a piece of the text.
    const position = /line (\d+) column (\d+)/.exec(error.message);
    const column = position === null ? '' : ` at column ${position[2]}`;
    return err({
      line: Number(position?.[1] ?? 1),
      text: `Cannot parse: no JSON${column}: correct the syntax`,
    });
  }
}

function readYaml(text: string): Result<readonly RawObject[], TextError> {
  const lineCounter = new LineCounter();
  // Keys are compared below: the parser's own check is quadratic.
  const parsed = parseAllDocuments(text, {
    lineCounter,
    prettyErrors: false,
    uniqueKeys: false,
    merge: true,
    logLevel: 'error',
  });
  const objects: RawObject[] = [];
  for (const document of parsed) {
    const [first] = document.errors;
    if (first !== undefined) {
      return err({ line: lineCounter.linePos(first.pos[0]).line, text: `Cannot parse: ${first.message}` });
    }
    const repeated = findRepeatedKey(document);
    if (repeated !== null) {
      const line = lineCounter.linePos(repeated.offset).line;
      return err({
        line,
        text: `Cannot parse: the key ${JSON.stringify(repeated.key)} stands twice: remove one`,
      });
    }
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIAS_COUNT });
    if (value === null || value === undefined) continue;
    objects.push(
      ...expandList(value, (item, prefix) => {
        const lineOf = (path: FieldPath): number => lineOfNode(document, [...prefix, ...path], lineCounter);
        return { value: item, line: lineOf([]), lineOf };
      }),
    );
  }
  return ok(objects);
}

function expandList(value: unknown, make: (item: unknown, prefix: FieldPath) => RawObject): RawObject[] {
  const isList = isRecord(value) && typeof value.kind === 'string' && value.kind.endsWith('List');
  if (!isList || !Array.isArray(value.items)) return [make(value, [])];
  return value.items.map((item: unknown, index) => make(item, ['items', index]));
}

function lineOfNode(document: Document, path: FieldPath, lineCounter: LineCounter): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const offset = offsetOf(document, path.slice(0, length));
    if (offset !== null) return lineCounter.linePos(offset).line;
  }
  return 1;
}

/** Where a value begins, or for one in a map its key. */
function offsetOf(document: Document, path: FieldPath): number | null {
  const last = path.at(-1);
  const parent = path.length === 0 ? null : resolved(document, path.slice(0, -1));
  if (isMap(parent)) {
    const key = parent.items.find((pair) => isScalar(pair.key) && pair.key.value === last)?.key;
    return isScalar(key) ? (key.range?.[0] ?? null) : null;
  }
  const node = path.length === 0 ? document.contents : isSeq(parent) ? parent.get(Number(last), true) : null;
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? (node.range?.[0] ?? null) : null;
}

function resolved(document: Document, path: FieldPath): unknown {
  let node: unknown = document.contents;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (!isMap(node) && !isSeq(node)) return null;
    node = node.get(step, true);
  }
  return isAlias(node) ? node.resolve(document) : node;
}

function findRepeatedKey(document: Document): { readonly key: string; readonly offset: number } | null {
  let found: { readonly key: string; readonly offset: number } | null = null;
  visit(document, {
    Map(_, node) {
      const seen = new Set<unknown>();
      for (const { key } of node.items) {
        if (!isScalar(key) || key.value === '<<') continue;
        if (seen.has(key.value)) {
          found = { key: String(key.value).slice(0, 100), offset: key.range?.[0] ?? 0 };
          return visit.BREAK;
        }
        seen.add(key.value);
      }
      return undefined;
    },
  });
  return found;
}
