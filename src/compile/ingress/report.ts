import type { Kinds, ObjectRef } from '../../resources/kinds.ts';
import type { Problem } from '../part.ts';

/** Collects what is wrong with one Ingress; it becomes Events (ingress.md ⚠41). */
export class IngressReport {
  readonly object: ObjectRef;
  readonly problems: Problem[] = [];

  constructor(ingress: Kinds['Ingress']) {
    this.object = {
      kind: 'Ingress',
      namespace: ingress.metadata?.namespace ?? '',
      name: ingress.metadata?.name ?? '',
    };
  }

  /** Something of the Ingress is not served as it says. `reason` is the Event's, in CamelCase. */
  error(reason: string, field: string, message: string): void {
    this.problems.push({ object: this.object, severity: 'error', type: 'Ingress', reason, field, message });
  }

  /** Something of the Ingress has no effect. */
  warning(reason: string, field: string, message: string): void {
    this.problems.push({ object: this.object, severity: 'warning', type: 'Ingress', reason, field, message });
  }
}
