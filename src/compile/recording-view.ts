import type { Kind, Kinds } from '../resources/kinds.ts';
import type { ObjectSource } from './object-source.ts';
import type { CompileOptions, View } from './view.ts';

/** What can be read, as texts: a look at one object, at a namespace, at the slices of a Service. */
export const readKey = {
  object: (kind: Kind, namespace: string, name: string): string => `object ${kind}/${namespace}/${name}`,
  list: (kind: Kind, namespace: string): string => `list ${kind}/${namespace}`,
  slices: (namespace: string, service: string): string => `slices ${namespace}/${service}`,
};

/** A view of the objects that writes down what was looked for, found or not. One for each compilation. */
export class RecordingView implements View {
  readonly options: CompileOptions;
  readonly reads = new Set<string>();
  readonly #source: ObjectSource;

  constructor(source: ObjectSource, options: CompileOptions) {
    this.#source = source;
    this.options = options;
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): Kinds[K] | undefined {
    this.reads.add(readKey.object(kind, namespace, name));
    return this.#source.get(kind, namespace, name);
  }

  list<K extends Kind>(kind: K, namespace: string): readonly Kinds[K][] {
    this.reads.add(readKey.list(kind, namespace));
    return this.#source.list(kind, namespace);
  }

  endpointSlices(namespace: string, service: string): readonly Kinds['EndpointSlice'][] {
    this.reads.add(readKey.slices(namespace, service));
    return this.#source.endpointSlicesOf(namespace, service);
  }
}
