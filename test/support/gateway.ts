import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { DEFAULT_COMPILE, DEFAULT_SETTINGS, DEFAULT_STATIC, type GatewayOptions } from '../../src/config.ts';
import { type Gateway, startGateway } from '../../src/gateway.ts';
import { silentLogger } from '../../src/lib/logger.ts';

export interface TestGatewayOptions {
  /** Manifest files by name; documents separated as in any YAML file. */
  readonly manifests: Readonly<Record<string, string>>;
  readonly static?: Partial<GatewayOptions['static']>;
  readonly settings?: Partial<GatewayOptions['settings']>;
  readonly compile?: Partial<GatewayOptions['compile']>;
  readonly log?: GatewayOptions['log'];
}

/** The real gateway with real workers on ports of its own, closed when the test ends. */
export interface TestGateway extends Gateway {
  readonly http: number;
  readonly https: number;
  /** Its folder of manifests. */
  readonly directory: string;
  /** Replaces a manifest in one step, as editors and Kubernetes mounts do. */
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Resolves when a check holds; rejects after 10 s. Polls without a pause of its own choice: 5 ms. */
  until(check: () => boolean | Promise<boolean>): Promise<void>;
}

/** Starts a gateway for one test: loopback, free ports, one worker, no access log, unless told otherwise. */
export async function startTestGateway(
  context: TestContext,
  options: TestGatewayOptions,
): Promise<TestGateway> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  const write = async (name: string, text: string): Promise<void> => {
    // Hidden files are not manifests: the new text appears in one step.
    const hidden = join(directory, `.${name}.new`);
    await writeFile(hidden, text);
    await rename(hidden, join(directory, name));
  };
  for (const [name, text] of Object.entries(options.manifests)) await write(name, text);
  const any = { address: '127.0.0.1', port: 0 };
  const gateway = await startGateway({
    static: {
      ...DEFAULT_STATIC,
      manifests: [directory],
      http: any,
      https: any,
      admin: any,
      workers: 1,
      accessLog: { kind: 'off' },
      drainTimeoutMs: 1000,
      ...options.static,
    },
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    compile: { ...DEFAULT_COMPILE, ...options.compile },
    log: options.log ?? silentLogger,
  });
  context.after(async () => {
    await gateway.close();
    await rm(directory, { recursive: true });
  });
  const portOf = (name: string): number => gateway.listeners().find((each) => each.name === name)?.port ?? 0;
  return {
    listeners: () => gateway.listeners(),
    adminUrl: gateway.adminUrl,
    reconfigure: (settings, compile) => gateway.reconfigure(settings, compile),
    drain: () => gateway.drain(),
    close: () => gateway.close(),
    http: portOf('http'),
    https: portOf('https'),
    directory,
    write,
    remove: (name) => rm(join(directory, name)),
    until: (check) => until(check),
  };
}

/** Resolves when a check holds. @throws {Error} After 10 s. */
export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error('the condition did not come to hold within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Manifests of a Service with endpoints on loopback. */
export function service(
  name: string,
  ports: readonly number[],
  options: { readonly port?: number } = {},
): string {
  return `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: default}
spec: {ports: [{name: main, port: ${options.port ?? 80}, protocol: TCP}]}
---
${endpoints(name, ports)}`;
}

/** The EndpointSlices of a Service: one for each port, since a slice has one port for all its addresses. */
export function endpoints(name: string, ports: readonly number[]): string {
  return ports
    .map(
      (port) => `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}-${port}, namespace: default, labels: {kubernetes.io/service-name: ${name}}}
addressType: IPv4
ports: [{name: main, port: ${port}, protocol: TCP}]
endpoints: [{addresses: [127.0.0.1]}]
`,
    )
    .join('---\n');
}

/** An HTTPProxy in `default`; `spec` in YAML flow or block style, indented by two. */
export function httpProxy(name: string, spec: string): string {
  return `apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: {name: ${name}, namespace: default}
spec:
${spec}
`;
}

/** Joins YAML documents. */
export function documents(...texts: readonly string[]): string {
  return texts.join('\n---\n');
}
