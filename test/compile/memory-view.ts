import type { CompileOptions, View } from '../../src/compile/view.ts';
import { DEFAULT_COMPILE } from '../../src/config.ts';
import type { Kind, Kinds } from '../../src/resources/kinds.ts';

/** A Kubernetes object as a test writes it. */
export interface TestObject {
  readonly kind: string;
  readonly metadata?: {
    readonly namespace?: string;
    readonly name?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** A `View` of a list of objects that writes down what was looked at, as `get Secret a/b`. */
export class MemoryView implements View {
  readonly options: CompileOptions;
  readonly reads: string[] = [];
  readonly #objects: readonly TestObject[];

  constructor(objects: readonly TestObject[], options: Partial<CompileOptions> = {}) {
    this.#objects = objects;
    this.options = { ...DEFAULT_COMPILE, ...options };
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): Kinds[K] | undefined {
    this.reads.push(`get ${kind} ${namespace}/${name}`);
    return this.#all(kind, namespace).find((object) => nameOf(object) === name);
  }

  list<K extends Kind>(kind: K, namespace: string): readonly Kinds[K][] {
    this.reads.push(`list ${kind} ${namespace}`);
    return this.#all(kind, namespace).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  }

  endpointSlices(namespace: string, service: string): readonly Kinds['EndpointSlice'][] {
    this.reads.push(`endpointSlices ${namespace}/${service}`);
    return this.#all('EndpointSlice', namespace).filter(
      (slice) => slice.metadata?.labels?.['kubernetes.io/service-name'] === service,
    );
  }

  #all<K extends Kind>(kind: K, namespace: string): Kinds[K][] {
    return this.#objects.filter(
      (object) => object.kind === kind && (object.metadata?.namespace ?? '') === namespace,
    ) as unknown as Kinds[K][];
  }
}

function nameOf(object: { readonly metadata?: { readonly name?: string } }): string {
  return object.metadata?.name ?? '';
}
