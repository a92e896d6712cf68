import { join } from 'node:path';
import { replaceFile } from './replace-file.ts';
import { SERVICE_PORTS } from './site.ts';

/** Writes a Service before the site's services, with the first of them as endpoint; in namespace `bench`. */
export function writeService(folder: string, name: string): void {
  const spec = { ports: [{ name: 'http', port: 80 }] };
  replaceFile(
    join(folder, `service-${name}.json`),
    JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'bench' }, spec }),
  );
  writeSlice(folder, { service: name, index: 0, ready: true });
}

/** One endpoint of a Service, in a file of its own. */
export interface Slice {
  readonly service: string;
  /** Of the site's services. */
  readonly index: number;
  readonly ready: boolean;
}

/** Writes it, or replaces it. */
export function writeSlice(folder: string, { service, index, ready }: Slice): void {
  const name = `${service}-${index}`;
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace: 'bench', labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: SERVICE_PORTS[index], protocol: 'TCP' }],
    endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready } }],
  };
  replaceFile(join(folder, `slice-${name}.json`), JSON.stringify(slice));
}
