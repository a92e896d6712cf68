import { isDeepStrictEqual } from 'node:util';
import { keyOf, type ObjectRef } from './kinds.ts';
import type { HTTPProxyStatus } from './types.generated.ts';

/** What every status has in common; kinds add fields. */
export type Status = Partial<HTTPProxyStatus>;

/** Status of objects from manifests, which have no API server to keep it. */
export class StatusStore {
  readonly #statuses = new Map<string, Status>();

  /**
   * Keeps a status if it says something new. Times of transition do not count as new, and a condition whose
   * `status` stays keeps its time.
   *
   * @returns Whether something changed.
   */
  set(ref: ObjectRef, status: Status): boolean {
    const key = keyOf(ref);
    const before = this.#statuses.get(key);
    const after = withOldTimes(status, before);
    if (isDeepStrictEqual(before, after)) return false;
    this.#statuses.set(key, after);
    return true;
  }

  get(ref: ObjectRef): Status | undefined {
    return this.#statuses.get(keyOf(ref));
  }

  /** For an object that is gone. */
  delete(ref: ObjectRef): void {
    this.#statuses.delete(keyOf(ref));
  }
}

function withOldTimes(status: Status, before: Status | undefined): Status {
  if (status.conditions === undefined) return status;
  const conditions = status.conditions.map((condition) => {
    const old = before?.conditions?.find(({ type }) => type === condition.type);
    if (old === undefined || old.status !== condition.status) return condition;
    return { ...condition, lastTransitionTime: old.lastTransitionTime };
  });
  return { ...status, conditions };
}
