import type { Kinds } from '../resources/kinds.ts';
import type { View } from './view.ts';

/** The controller name by which an IngressClass is ours. */
export const CONTROLLER_NAME = 'sluice.dev/gateway';

/**
 * Whether an HTTPProxy is of our class (httpproxy.md 1.1): `projectcontour.io/ingress.class`, then
 * `kubernetes.io/ingress.class`, then `spec.ingressClassName`; the first that is not empty decides.
 */
export function acceptsProxy(proxy: Kinds['HTTPProxy'], view: View): boolean {
  const annotations = proxy.metadata?.annotations;
  return acceptsClass(
    annotations?.['projectcontour.io/ingress.class'] ||
      annotations?.['kubernetes.io/ingress.class'] ||
      proxy.spec?.ingressClassName ||
      '',
    view,
  );
}

/** Whether an Ingress is of our class (ingress.md 4.3), by the same fields. */
export function acceptsIngress(ingress: Kinds['Ingress'], view: View): boolean {
  const annotations = ingress.metadata?.annotations;
  return acceptsClass(
    annotations?.['projectcontour.io/ingress.class'] ||
      annotations?.['kubernetes.io/ingress.class'] ||
      ingress.spec?.ingressClassName ||
      '',
    view,
  );
}

function acceptsClass(name: string, view: View): boolean {
  const { ingressClasses } = view.options;
  if (ingressClasses.length > 0) return ingressClasses.includes(name);
  if (name === '' || name === 'sluice') return true;
  return view.get('IngressClass', '', name)?.spec?.controller === CONTROLLER_NAME;
}
