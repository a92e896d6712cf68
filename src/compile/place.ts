import type { ObjectRef } from '../resources/kinds.ts';
import type { Problem } from './part.ts';
import type { Effect, Level, ReasonCode } from './reasons.ts';
import { effectOf } from './reasons.ts';

/** What all places of one compilation share. */
interface Shared {
  readonly object: ObjectRef;
  readonly level: Level;
  readonly problems: Problem[];
  readonly effects: Set<Effect>;
}

/**
 * A field of a user's object: problems found there are written with its path, and their effect (from the table
 * in `reasons.ts`) is remembered for the scope it lies in: a host, a route, an include.
 */
export class Place {
  readonly field: string;
  readonly #shared: Shared;

  private constructor(field: string, shared: Shared) {
    this.field = field;
    this.#shared = shared;
  }

  /** The whole of an object; its problems are appended to `problems`. */
  static of(object: ObjectRef, problems: Problem[], level: Level = 'host'): Place {
    return new Place('', { object, level, problems, effects: new Set() });
  }

  get object(): ObjectRef {
    return this.#shared.object;
  }

  /** A field below this one, as `spec` or `routes[2]`. */
  at(field: string): Place {
    return new Place(this.field === '' ? field : `${this.field}.${field}`, this.#shared);
  }

  /** An item of the list that this field is. */
  item(index: number): Place {
    return new Place(`${this.field}[${index}]`, this.#shared);
  }

  /** The same field as the root of a scope of its own: effects found there do not touch this one. */
  scope(level: Level): Place {
    return new Place(this.field, { ...this.#shared, level, effects: new Set() });
  }

  /** The same scope under another level of the table. */
  as(level: Level): Place {
    return new Place(this.field, { ...this.#shared, level });
  }

  /** Another object whose problems have their effect in this scope. */
  on(object: ObjectRef): Place {
    return new Place('', { ...this.#shared, object });
  }

  /** Another object's beginning, with its problems in the same list and a scope of its own. */
  elsewhere(object: ObjectRef, level: Level): Place {
    return new Place('', { ...this.#shared, object, level, effects: new Set() });
  }

  /** @throws {Error} If the table knows no effect of `code` at this level: a mistake of ours. */
  error(code: ReasonCode, message: string): void {
    const effect = effectOf(code, this.#shared.level);
    if (effect === null) throw new Error(`reasons.ts has no effect of ${code} at a ${this.#shared.level}`);
    this.#shared.effects.add(effect);
    this.#write('error', code, message);
  }

  /** Reported only, whatever the table says of the code. */
  warning(code: ReasonCode, message: string): void {
    this.#write('warning', code, message);
  }

  /** A field that is accepted and has no effect. */
  ignored(message: string): void {
    this.warning('SpecError/IgnoredField', message);
  }

  /** Whether an error with this effect was found in the scope of this place. */
  has(effect: Effect): boolean {
    return this.#shared.effects.has(effect);
  }

  /** Whether any error was found in the scope of this place. */
  get failed(): boolean {
    return this.#shared.effects.size > 0;
  }

  #write(severity: 'error' | 'warning', code: ReasonCode, message: string): void {
    const slash = code.indexOf('/');
    this.#shared.problems.push({
      object: this.#shared.object,
      severity,
      type: code.slice(0, slash),
      reason: code.slice(slash + 1),
      field: this.field,
      message,
    });
  }
}
