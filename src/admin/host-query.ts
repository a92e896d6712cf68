import type { VirtualHost } from '../snapshot/virtual-host.ts';

/**
 * The virtual host that answers for a name: its own, that of `*.` and its parent, or `*`. For `?host=`.
 *
 * @param name As a client would write it, without port; a virtual host's own name, as `*.a.test`, will do too.
 */
export function hostForName(hosts: ReadonlyMap<string, VirtualHost>, name: string): VirtualHost | undefined {
  const exact = name.toLowerCase().replace(/\.$/, '');
  return hosts.get(exact) ?? hosts.get(exact.replace(/^[^.]+\./, '*.')) ?? hosts.get('*');
}
