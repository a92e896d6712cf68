import type { Change, Delta } from '../snapshot/snapshot.ts';

/** One delta with the effect of `first` and then `second`. */
export function mergeDeltas(first: Delta, second: Delta): Delta {
  const settings = second.settings ?? first.settings;
  const keySets =
    first.keySets && second.keySets
      ? mergeChanges(first.keySets, second.keySets)
      : (first.keySets ?? second.keySets);
  return {
    version: second.version,
    ...(settings === undefined ? {} : { settings }),
    hosts: mergeChanges(first.hosts, second.hosts),
    upstreams: mergeChanges(first.upstreams, second.upstreams),
    endpoints: mergeChanges(first.endpoints, second.endpoints),
    certificates: mergeChanges(first.certificates, second.certificates),
    ...(keySets === undefined ? {} : { keySets }),
    slots: merge(first.slots, second.slots, ([name]) => name),
  };
}

function mergeChanges<T extends { readonly name: string }>(first: Change<T>, second: Change<T>): Change<T> {
  return merge(first, second, (value) => value.name);
}

interface Changes<T> {
  readonly set: readonly T[];
  readonly remove: readonly string[];
}

/** In one change a name is either set or removed: the later word counts. */
function merge<T>(first: Changes<T>, second: Changes<T>, nameOf: (value: T) => string): Changes<T> {
  const set = new Map(first.set.map((value) => [nameOf(value), value]));
  const removed = new Set(first.remove);
  for (const name of second.remove) {
    set.delete(name);
    removed.add(name);
  }
  for (const value of second.set) {
    set.set(nameOf(value), value);
    removed.delete(nameOf(value));
  }
  return { set: [...set.values()], remove: [...removed] };
}
