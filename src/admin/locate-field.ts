import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { RouteOrigin } from '../snapshot/virtual-host.ts';

/**
 * The line of an object's field in a manifest, from 1; of its nearest parent when the field is not there, and
 * null when the object is not. JSON is YAML.
 *
 * @param text The file's text; several documents and `List` objects are looked through.
 */
export function lineOfField(text: string, { kind, namespace, name, field }: RouteOrigin): number | null {
  const lines = new LineCounter();
  for (const document of parseAllDocuments(text, { lineCounter: lines })) {
    if (!('contents' in document)) continue;
    const { contents } = document;
    for (const object of contents === null ? [] : objectsIn(contents)) {
      const at = (...path: readonly string[]): unknown => scalarAt(object, path);
      if (at('kind') !== kind || at('metadata', 'name') !== name) continue;
      if ((at('metadata', 'namespace') ?? 'default') !== namespace) continue;
      return lines.linePos(nearestNode(object, field.match(/[^.[\]]+/g) ?? []).range?.[0] ?? 0).line;
    }
  }
  return null;
}

function objectsIn(node: Node): readonly Node[] {
  const items = isMap(node) ? node.get('items', true) : undefined;
  return isSeq(items) ? items.items.filter((item): item is Node => isMap(item)) : [node];
}

function scalarAt(node: Node, path: readonly string[]): unknown {
  const found = isMap(node) ? node.getIn(path, true) : undefined;
  return isScalar(found) ? found.value : undefined;
}

/** Follows `spec.routes[2]` as far as it leads. */
function nearestNode(node: Node, steps: readonly string[]): Node {
  let current = node;
  for (const step of steps) {
    const next: unknown = isMap(current)
      ? current.get(step, true)
      : isSeq(current)
        ? current.get(Number(step), true)
        : undefined;
    if (!isMap(next) && !isSeq(next) && !isScalar(next)) return current;
    current = next;
  }
  return current;
}
