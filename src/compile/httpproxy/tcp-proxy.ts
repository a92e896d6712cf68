import { acceptsProxy } from '../ingress-class.ts';
import type { Place } from '../place.ts';
import { compileLoadBalancer } from '../policies/load-balancer.ts';
import { reasonCode } from '../reasons.ts';
import { resolveBackend } from '../service.ts';
import type { View } from '../view.ts';
import { readBackendRef } from './backend-ref.ts';
import { proxyRef, refKey } from './context.ts';
import type { Walk } from './includes.ts';
import type { HTTPProxy, TcpProxySpec, TcpServiceSpec } from './spec.ts';

interface TcpPosition {
  /** The field `spec.tcpproxy`; its effects are the host's. */
  readonly place: Place;
  readonly view: View;
  readonly visited: Walk['visited'];
}

/**
 * Checks `tcpproxy` of a root and of what it includes (httpproxy.md 1.5). This release forwards no plain TCP:
 * the host is not served.
 *
 * @returns Whether the host must not be served.
 */
export function checkTcpProxy(root: HTTPProxy, position: TcpPosition): boolean {
  const tcp = root.spec?.tcpproxy;
  if (!tcp) return false;
  const { place } = position;
  if (!root.spec?.virtualhost?.tls) {
    place.error('TCPProxyError/TLSMustBeConfigured', 'the host has no tls; set secretName or passthrough');
  }
  place.ignored('this release does not forward TCP; the host answers 503 until it is removed');
  followTcpProxy(root, position);
  return true;
}

/** Follows `include` from object to object; each may have services or one include. */
function followTcpProxy(root: HTTPProxy, position: TcpPosition): void {
  const { view, visited } = position;
  const path = new Set([refKey(proxyRef(root))]);
  let place = position.place;
  let tcp = root.spec?.tcpproxy;
  for (;;) {
    const services = tcp?.services ?? [];
    const include = tcp?.include ?? tcp?.includes;
    if (services.length > 0 && include) {
      place.error('TCPProxyError/NoServicesAndInclude', 'services and include are both set; keep one');
      return;
    }
    if (!tcp || (services.length === 0 && !include)) {
      place.error('TCPProxyError/NothingDefined', 'neither services nor an include is set; set one');
      return;
    }
    if (!include) {
      checkServices(tcp, { place, view });
      return;
    }
    const namespace = include.namespace || place.object.namespace;
    const target = findTarget(view, { namespace, name: include.name ?? '', place });
    if (target === null) return;
    const ref = proxyRef(target);
    const key = refKey(ref);
    if (path.has(key)) {
      place
        .on(ref)
        .at('spec.tcpproxy')
        .error(
          'TCPProxyIncludeError/IncludeCreatesCycle',
          `it is included by ${refKey(place.object)}, which it includes itself; remove one of the includes`,
        );
      return;
    }
    path.add(key);
    visited.set(key, ref);
    place = place.on(ref).at('spec.tcpproxy');
    tcp = target.spec?.tcpproxy;
  }
}

function findTarget(
  view: View,
  { namespace, name, place }: { readonly namespace: string; readonly name: string; readonly place: Place },
): HTTPProxy | null {
  const at = place.at('include');
  const target = name === '' ? undefined : view.get('HTTPProxy', namespace, name);
  if (target === undefined || !acceptsProxy(target, view)) {
    at.error(
      'TCPProxyIncludeError/IncludeNotFound',
      `HTTPProxy ${namespace}/${name} does not exist, or is of another class`,
    );
    return null;
  }
  if (target.spec?.virtualhost) {
    at.error(
      'TCPProxyIncludeError/RootIncludesRoot',
      `HTTPProxy ${namespace}/${name} has a virtualhost; a root cannot be included`,
    );
    return null;
  }
  return target;
}

function checkServices(
  tcp: TcpProxySpec,
  { place, view }: { readonly place: Place; readonly view: View },
): void {
  const strategy = tcp.loadBalancerPolicy?.strategy ?? '';
  if (strategy === 'Cookie' || strategy === 'RequestHash') {
    place
      .at('loadBalancerPolicy.strategy')
      .warning('TCPProxyError/IgnoredField', `${strategy} needs requests; connections go round robin`);
  } else {
    compileLoadBalancer(tcp.loadBalancerPolicy, place.at('loadBalancerPolicy'));
  }
  for (const [index, service] of (tcp.services ?? []).entries()) {
    checkService(service, { place: place.at(`services[${index}]`), view });
  }
}

function checkService(
  service: TcpServiceSpec,
  { place, view }: { readonly place: Place; readonly view: View },
): void {
  const { namespace } = place.object;
  const options = { namespace, balancer: 'round-robin', idleConnectionMs: 0, healthChecked: true } as const;
  const ref = readBackendRef(service, { place, options });
  if (ref === null) return;
  const result = resolveBackend(view, ref);
  if (result.ok) return;
  const { type, reason, message, effect } = result.error;
  const code = effect === 'service' ? null : reasonCode(type, reason);
  place.error(code ?? 'TCPProxyError/ServiceUnresolvedReference', message);
}
