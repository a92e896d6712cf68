import { chmod, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSelfSigned } from '../../certs/self-signed.ts';

/** The demo's folder of manifests; the bundled ones and what only the running demo knows. */
export interface DemoManifests {
  readonly folder: string;
  /** File of the certificate, for `curl --cacert`. */
  readonly certificateFile: string;
  remove(): Promise<void>;
}

/** Where the demo's services listen, by the name of their Service. */
export type ServicePorts = Readonly<Record<string, number>>;

const BUNDLED = new URL('../../../demo/manifests', import.meta.url);
const TLS_HOST = 'secure.localhost';

/** Copies the bundled manifests and adds the endpoints and the certificate, in a folder that only we can read. */
export async function writeDemoManifests(ports: ServicePorts): Promise<DemoManifests> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-demo-'));
  await cp(BUNDLED, folder, { recursive: true });
  // A checkout may be read-only; the copy is to be played with.
  await chmod(folder, 0o700);
  await writeJson(folder, 'endpoints.json', {
    apiVersion: 'v1',
    kind: 'List',
    items: Object.entries(ports).map(([service, port]) => endpointSlice(service, port)),
  });
  const { chain, key } = await createSelfSigned({ names: [TLS_HOST], days: 7 });
  await writeJson(folder, 'certificate.json', tlsSecret(TLS_HOST.replace('.', '-'), chain, key.reveal()));
  const certificateFile = join(folder, 'certificate.pem');
  await writeFile(certificateFile, chain);
  return { folder, certificateFile, remove: () => rm(folder, { recursive: true, force: true }) };
}

function writeJson(folder: string, name: string, object: unknown): Promise<void> {
  return writeFile(join(folder, name), JSON.stringify(object, null, 2), { mode: 0o600 });
}

function endpointSlice(service: string, port: number) {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: service,
      namespace: 'demo',
      labels: { 'kubernetes.io/service-name': service },
    },
    addressType: 'IPv4',
    ports: [{ name: 'http', port, protocol: 'TCP' }],
    endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
  };
}

function tlsSecret(name: string, chain: string, key: string) {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'demo' },
    type: 'kubernetes.io/tls',
    data: {
      'tls.crt': Buffer.from(chain).toString('base64'),
      'tls.key': Buffer.from(key).toString('base64'),
    },
  };
}
