import { parseAllDocuments } from 'yaml';
import type { CompileResult } from '../../src/compile/compiler.ts';
import { Compiler } from '../../src/compile/compiler.ts';
import type { CompileOptions } from '../../src/compile/view.ts';
import { DEFAULT_COMPILE } from '../../src/config.ts';
import type { KubeObject } from '../../src/resources/kinds.ts';
import { refOf } from '../../src/resources/kinds.ts';
import type { Change } from '../../src/resources/store.ts';
import { Store } from '../../src/resources/store.ts';

const SOURCE = { rank: 1, name: 'test' };

/** A compiler on a store of its own. */
export class Harness {
  readonly store = new Store();
  readonly compiler: Compiler;
  #changes: Change[] = [];

  constructor(options: Partial<CompileOptions> = {}) {
    this.compiler = new Compiler({ source: this.store, options: { ...DEFAULT_COMPILE, ...options } });
    this.store.subscribe((changes) => this.#changes.push(...changes));
  }

  /** Adds or replaces objects, as values or as YAML, and compiles. */
  apply(...objects: readonly (KubeObject | string)[]): CompileResult {
    for (const object of objects) this.hold(object);
    return this.compile();
  }

  /** Takes objects away and compiles. */
  remove(...objects: readonly (KubeObject | string)[]): CompileResult {
    for (const object of objects) this.drop(object);
    return this.compile();
  }

  /** Adds or replaces, without compiling. */
  hold(object: KubeObject | string): void {
    this.store.apply([{ source: SOURCE, upserts: read(object), removals: [] }]);
  }

  /** Takes away, without compiling. */
  drop(object: KubeObject | string): void {
    this.store.apply([{ source: SOURCE, upserts: [], removals: read(object).map(refOf) }]);
  }

  compile(): CompileResult {
    const changes = this.#changes;
    this.#changes = [];
    return this.compiler.apply(changes);
  }
}

function read(object: KubeObject | string): KubeObject[] {
  return typeof object === 'string' ? parse(object) : [object];
}

/** Reads objects from YAML; namespaced ones without a namespace are in `default`. */
export function parse(yaml: string): KubeObject[] {
  return parseAllDocuments(yaml).flatMap((document) => {
    const object = document.toJS() as KubeObject | null;
    if (object === null) return [];
    if (object.kind === 'IngressClass' || object.kind === 'Namespace') return [object];
    return [{ ...object, metadata: { namespace: 'default', ...object.metadata } } as KubeObject];
  });
}

/** A Service with one TCP port, and a slice with one ready endpoint. */
export function backend(name: string, namespace = 'default', port = 80): string {
  return `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ports: [{ name: http, port: ${port}, protocol: TCP }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}-1, namespace: ${namespace}, labels: { kubernetes.io/service-name: ${name} } }
addressType: IPv4
ports: [{ name: http, port: 8080, protocol: TCP }]
endpoints: [{ addresses: [10.0.0.1], conditions: { ready: true } }]
`;
}

/** An HTTPProxy of the namespace `default` with this spec, in YAML flow or block form. */
export function proxy(name: string, spec: string, metadata = ''): string {
  return `
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: ${name}, namespace: default, generation: 1${metadata === '' ? '' : `, ${metadata}`} }
spec:
${spec.replace(/^/gm, '  ')}
`;
}
