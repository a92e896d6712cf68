/** What a path below `/api` or `/apis` names. */
export type ApiPath =
  | { readonly kind: 'core-versions' }
  | { readonly kind: 'groups' }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'resources'; readonly group: string; readonly version: string }
  | ObjectsPath;

/** Objects of one resource. */
export interface ObjectsPath {
  readonly kind: 'objects';
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural name. */
  readonly resource: string;
  /** null: of all namespaces, or of none. */
  readonly namespace: string | null;
  /** null: a list. */
  readonly name: string | null;
}

/**
 * Parses the path of a Kubernetes API request. Subresources have none of their own here.
 *
 * @param path Decoded, without query, beginning with `/api`.
 * @returns null if there is nothing of that shape.
 */
export function parseApiPath(path: string): ApiPath | null {
  const [root, ...steps] = path.replace(/^\//, '').replace(/\/$/, '').split('/');
  if (steps.includes('')) return null;
  if (root === 'api') {
    const [version, ...rest] = steps;
    return version === undefined ? { kind: 'core-versions' } : below({ group: '', version }, rest);
  }
  if (root !== 'apis') return null;
  const [group, version, ...rest] = steps;
  if (group === undefined) return { kind: 'groups' };
  return version === undefined ? { kind: 'group', group } : below({ group, version }, rest);
}

function below(
  version: { readonly group: string; readonly version: string },
  steps: readonly string[],
): ApiPath | null {
  const [first, second, third, fourth] = steps;
  if (first === undefined) return { kind: 'resources', ...version };
  if (first === 'namespaces' && second !== undefined && third !== undefined) {
    if (steps.length > 4) return null;
    return { kind: 'objects', ...version, resource: third, namespace: second, name: fourth ?? null };
  }
  if (steps.length > 2) return null;
  return { kind: 'objects', ...version, resource: first, namespace: null, name: second ?? null };
}
