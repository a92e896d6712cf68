import { ingressSettings } from '../../../src/compile/ingress/annotations.ts';
import type { IngressEntry } from '../../../src/compile/ingress/entry.ts';
import { IngressReport } from '../../../src/compile/ingress/report.ts';
import { DEFAULT_COMPILE } from '../../../src/config.ts';
import type { Kinds } from '../../../src/resources/kinds.ts';

/** An Ingress as a host is compiled from it, with what it was told so far. */
export function entryOf(ingress: Kinds['Ingress']): IngressEntry {
  const report = new IngressReport(ingress);
  return { ingress, settings: ingressSettings(ingress, DEFAULT_COMPILE, report), report };
}

/** What an Ingress was told, one line a problem. */
export function told({ report }: IngressEntry): string[] {
  return report.problems.map(({ severity, reason, field }) => `${severity} ${reason} ${field}`);
}
