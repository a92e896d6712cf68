import type { RootContext } from '../../../src/compile/httpproxy/context.ts';
import type { Place } from '../../../src/compile/place.ts';
import { parse } from '../compiler-harness.ts';
import { MemoryView } from '../memory-view.ts';

/** The context of a plain host `a.example` whose root stands at `root`. */
export function rootContext(root: Place, yaml = '', changes: Partial<RootContext> = {}): RootContext {
  return {
    view: new MemoryView(parse(yaml) as never[]),
    fqdn: 'a.example',
    root,
    tls: false,
    cors: null,
    localRateLimit: null,
    ipFilter: null,
    authorization: null,
    jwt: { names: new Set(), default: null },
    upstreams: new Map(),
    ...changes,
  };
}
