import type { Kinds } from '../../resources/kinds.ts';
import type { IngressSettings } from './annotations.ts';
import type { IngressReport } from './report.ts';

/** One Ingress while a host is compiled. */
export interface IngressEntry {
  readonly ingress: Kinds['Ingress'];
  readonly settings: IngressSettings;
  readonly report: IngressReport;
}
