import { describeRef, type ObjectRef } from './kinds.ts';

/** Where an object stands. */
export interface Origin {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Something in a manifest that is not as its author thinks. No text holds the value of a Secret. */
export interface Report extends Origin {
  /** `error`: the object or file does not take effect as written. */
  readonly severity: 'error' | 'warning';
  /** null when the file itself is meant, or the object has no readable name. */
  readonly object: ObjectRef | null;
  readonly text: string;
}

/** For people: `manifests/web.yaml:14: HTTPProxy default/web: spec.routes…`. */
export function formatReport({ file, line, object, text }: Report): string {
  return object === null ? `${file}:${line}: ${text}` : `${file}:${line}: ${describeRef(object)}: ${text}`;
}
