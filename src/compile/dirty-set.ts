import { isDeepStrictEqual } from 'node:util';
import { fqdnOfRoot, hostsOfIngress, serviceOfSlice } from '../resources/index-keys.ts';
import type { KubeObject } from '../resources/kinds.ts';
import type { ObjectChange } from './object-source.ts';
import { ReadIndex } from './read-index.ts';
import { readKey } from './recording-view.ts';
import { isRotation } from './secret-rotation.ts';

/** What is compiled on its own. `proxy`, `ingress` and `delegation` stand for what is said of an object. */
export type UnitKind = 'host' | 'endpoints' | 'certificate' | 'proxy' | 'ingress' | 'delegation';

const KINDS: readonly UnitKind[] = ['host', 'endpoints', 'certificate', 'proxy', 'ingress', 'delegation'];

/** Which units must be compiled again: those that read what changed, and those that the change names. */
export class DirtySet {
  readonly #reads = new ReadIndex();
  readonly #units = new Map<UnitKind, Set<string>>(KINDS.map((kind) => [kind, new Set()]));

  mark(kind: UnitKind, name: string): void {
    this.#units.get(kind)?.add(name);
  }

  /** Takes the marks of one kind, sorted. */
  take(kind: UnitKind): string[] {
    const marked = this.#units.get(kind) ?? new Set();
    const names = [...marked].sort();
    marked.clear();
    return names;
  }

  /** Replaces what a unit has read; an empty set forgets it. */
  setReads(kind: UnitKind, name: string, reads: ReadonlySet<string>): void {
    this.#reads.set(`${kind} ${name}`, reads);
  }

  /** Marks what one change touches. A change of the status alone touches nothing: it is our own writing. */
  add(change: ObjectChange): void {
    if (isStatusOnly(change)) return;
    const { kind, namespace, name, before, after } = change;
    const rotated = kind === 'Secret' && isRotation(before, after);
    const keys = [readKey.object(kind, namespace, name), readKey.list(kind, namespace)];
    switch (kind) {
      case 'HTTPProxy':
        this.mark('proxy', `${namespace}/${name}`);
        for (const fqdn of both(fqdnOfRoot, change)) this.mark('host', fqdn);
        break;
      case 'Ingress':
        this.mark('ingress', `${namespace}/${name}`);
        for (const host of both(hostsOfIngress, change)) this.mark('host', host);
        break;
      case 'TLSCertificateDelegation':
        this.mark('delegation', `${namespace}/${name}`);
        break;
      case 'EndpointSlice':
        for (const service of both(serviceOfSlice, change)) {
          const [owner = '', serviceName = ''] = service.split('/');
          keys.push(readKey.slices(owner, serviceName));
        }
        break;
      default:
        break;
    }
    for (const key of keys) {
      for (const reader of this.#reads.readersOf(key)) this.#markReader(reader, rotated);
    }
  }

  /** @param certificatesOnly New key material under the same name: no route looks at it. */
  #markReader(reader: string, certificatesOnly: boolean): void {
    const space = reader.indexOf(' ');
    const kind = KINDS.find((candidate) => candidate === reader.slice(0, space));
    if (kind === undefined || (certificatesOnly && kind !== 'certificate')) return;
    this.mark(kind, reader.slice(space + 1));
  }
}

function both(keysOf: (object: KubeObject | null) => readonly string[], change: ObjectChange): Set<string> {
  return new Set([...keysOf(change.before), ...keysOf(change.after)]);
}

function isStatusOnly({ kind, before, after }: ObjectChange): boolean {
  if (kind !== 'HTTPProxy' && kind !== 'Ingress') return false;
  if (before === null || after === null) return false;
  return isDeepStrictEqual(meaning(before), meaning(after));
}

function meaning(object: KubeObject): unknown {
  const { generation, annotations, creationTimestamp } = object.metadata ?? {};
  return ['spec' in object ? object.spec : null, generation, annotations, creationTimestamp];
}
