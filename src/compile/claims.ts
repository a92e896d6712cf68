import type { Kinds } from '../resources/kinds.ts';
import { proxyRef, refKey } from './httpproxy/context.ts';
import { acceptsProxy } from './ingress-class.ts';
import type { Problem } from './part.ts';
import { Place } from './place.ts';
import type { View } from './view.ts';

/** Who of the roots that name one FQDN serves it. */
export interface Claims {
  readonly winner: Kinds['HTTPProxy'] | null;
  /** Every root of our class that names it, served or not. */
  readonly roots: readonly Problem['object'][];
  readonly problems: readonly Problem[];
}

/**
 * Decides among the roots of one FQDN (httpproxy.md 2.3): those of other classes do not exist, those in
 * forbidden namespaces claim nothing, of the others the oldest serves (⚠18).
 */
export function decideClaims(roots: readonly Kinds['HTTPProxy'][], view: View): Claims {
  const problems: Problem[] = [];
  const accepted = roots.filter((root) => acceptsProxy(root, view));
  const allowed = accepted.filter((root) => isAllowed(root, view, problems)).sort(byAge);
  const [winner = null] = allowed;
  if (allowed.length > 1) {
    const names = allowed.map((root) => refKey(proxyRef(root))).join(', ');
    for (const root of allowed) {
      const place = Place.of(proxyRef(root), problems).at('spec.virtualhost.fqdn');
      const code = 'VirtualHostError/DuplicateVhost';
      const fqdn = root.spec?.virtualhost?.fqdn ?? '';
      if (root === winner) {
        place.warning(code, `${fqdn} is claimed by ${names}; this one, the oldest, serves it`);
      } else {
        place.error(
          code,
          `${fqdn} is claimed by ${names}; the oldest, ${refKey(proxyRef(winner ?? root))}, serves it`,
        );
      }
    }
  }
  return { winner, roots: accepted.map(proxyRef), problems };
}

function isAllowed(root: Kinds['HTTPProxy'], view: View, problems: Problem[]): boolean {
  const { rootNamespaces } = view.options;
  const ref = proxyRef(root);
  if (rootNamespaces.length === 0 || rootNamespaces.includes(ref.namespace)) return true;
  Place.of(ref, problems)
    .at('spec.virtualhost')
    .error(
      'RootNamespaceError/RootProxyNotAllowedInNamespace',
      `namespace ${ref.namespace} may not hold roots; move the object, or remove its virtualhost`,
    );
  return false;
}

/** Without a creation time, as in manifests, all are equally old. */
function byAge(a: Kinds['HTTPProxy'], b: Kinds['HTTPProxy']): number {
  const age = createdMs(a) - createdMs(b);
  if (age !== 0) return age;
  const [left, right] = [refKey(proxyRef(a)), refKey(proxyRef(b))];
  return left < right ? -1 : left > right ? 1 : 0;
}

function createdMs(root: Kinds['HTTPProxy']): number {
  const time = Date.parse(root.metadata?.creationTimestamp ?? '');
  return Number.isNaN(time) ? 0 : time;
}
