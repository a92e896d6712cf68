import { isRecord } from '../../resources/schema.ts';

/** Finds values in an object; none is an empty list. */
export type JsonPath = (value: unknown) => readonly unknown[];

type Step = (value: unknown) => readonly unknown[];

const TOKEN =
  /\.([\w-]+)|\['([^']+)'\]|\[(\d+)\]|(\.\*|\[\*\])|\[\?\(@((?:\.[\w-]+)+)\s*==\s*(?:"([^"]*)"|'([^']*)')\)\]/y;

/**
 * The part of Kubernetes' JSONPath that printer columns use: `.a.b`, `['a.b']`, `[0]`, `[*]`, `.*` and
 * `[?(@.a=="b")]`. https://kubernetes.io/docs/reference/kubectl/jsonpath/
 *
 * @throws {Error} If the path is something else.
 */
export function compileJsonPath(path: string): JsonPath {
  const steps: Step[] = [];
  // A filter holds a path of its own, so the place is not kept in the shared expression.
  const next = new RegExp(TOKEN);
  for (let at = 0; at < path.length; at = next.lastIndex) {
    const token = next.exec(path);
    if (token === null)
      throw new Error(`Cannot read JSONPath ${JSON.stringify(path)} at character ${at + 1}`);
    steps.push(stepOf(token));
  }
  return (value) => steps.reduce<readonly unknown[]>((found, step) => found.flatMap(step), [value]);
}

function stepOf([, name, quoted, index, all, filter, ...texts]: RegExpExecArray): Step {
  const key = name ?? quoted;
  if (key !== undefined) return (value) => fieldOf(value, key);
  if (index !== undefined)
    return (value) => (Array.isArray(value) ? value.slice(Number(index), Number(index) + 1) : []);
  if (all !== undefined) return childrenOf;
  const inner = compileJsonPath(filter ?? '');
  const wanted = texts[0] ?? texts[1];
  return (value) => childrenOf(value).filter((child) => inner(child).includes(wanted));
}

function fieldOf(value: unknown, name: string): readonly unknown[] {
  return isRecord(value) && Object.hasOwn(value, name) ? [value[name]] : [];
}

function childrenOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isRecord(value) ? Object.values(value) : [];
}
