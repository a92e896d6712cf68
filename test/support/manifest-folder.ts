import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Writes manifests into a new folder, which goes away with the test. */
export async function manifestFolder(
  t: Pick<TestContext, 'after'>,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

/** A Service with one port and its endpoint, an HTTPProxy for `web.test` on it. */
export const WEB_SERVICE = `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { ports: [{ name: http, port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-1, namespace: shop, labels: { kubernetes.io/service-name: web } }
addressType: IPv4
ports: [{ name: http, port: 8080, protocol: TCP }]
endpoints: [{ addresses: [10.0.0.1] }]
`;

/** `/` goes to the Service, `/limited` has a limit beside it. */
export const WEB_PROXY = `apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: web, namespace: shop }
spec:
  virtualhost: { fqdn: web.test }
  routes:
    - conditions: [{ prefix: / }]
      services: [{ name: web, port: 80 }]
    - conditions: [{ prefix: /limited }]
      services: [{ name: web, port: 80 }]
      rateLimitPolicy: { local: { requests: 1, unit: second } }
`;
