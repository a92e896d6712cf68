import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from './replace-file.ts';

/** A host of many, and its routes: `/` and `/r1`, `/r2` … to one service. */
export interface HostPlan {
  /** From 0. */
  readonly index: number;
  readonly routes: number;
  /** Answered by the proxy itself at {@link VERSION_PATH}; left out: there is no such route. */
  readonly version?: string;
  /** In namespace `bench`; default the site's. */
  readonly service?: string;
}

/** Many hosts that look alike. */
export interface ManyHosts extends Omit<HostPlan, 'index'> {
  readonly hosts: number;
}

/** Where a host tells its version. */
export const VERSION_PATH = '/version';

/** Names of one length, so that heads are equally long. */
export function hostName(index: number): string {
  return `h${String(index).padStart(5, '0')}.bench.example`;
}

/** Names of the first so many hosts. */
export function hostNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => hostName(index));
}

/** Writes an HTTPProxy for each host, a file each, into a folder that is made anew. */
export async function writeProxies(folder: string, { hosts, ...plan }: ManyHosts): Promise<void> {
  await emptyFolder(folder);
  for (let index = 0; index < hosts; index += 1) {
    await writeFile(proxyFile(folder, index), proxyText({ ...plan, index }));
  }
}

/** Replaces the HTTPProxy of one host. */
export function editProxy(folder: string, plan: HostPlan): void {
  replaceFile(proxyFile(folder, plan.index), proxyText(plan));
}

/** Removes a folder with all in it, and makes it again. */
export async function emptyFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
}

function proxyFile(folder: string, index: number): string {
  return join(folder, `${hostName(index)}.json`);
}

function proxyText({ index, routes, version, service = 'upstream' }: HostPlan): string {
  const told = {
    conditions: [{ prefix: VERSION_PATH }],
    directResponsePolicy: { statusCode: 200, body: version },
  };
  return JSON.stringify({
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { name: `h${index}`, namespace: 'bench' },
    spec: {
      virtualhost: { fqdn: hostName(index) },
      routes: [
        ...Array.from({ length: routes }, (_, route) => ({
          conditions: [{ prefix: routePrefix(route) }],
          services: [{ name: service, port: 80 }],
        })),
        ...(version === undefined ? [] : [told]),
      ],
    },
  });
}

/** Prefix of a host's route, from 0. */
export function routePrefix(route: number): string {
  return route === 0 ? '/' : `/r${route}`;
}
