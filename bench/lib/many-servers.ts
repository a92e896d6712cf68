import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostPlan, ManyHosts } from './many-hosts.ts';
import { emptyFolder, hostName, routePrefix, VERSION_PATH } from './many-hosts.ts';
import type { ProxyProgram } from './proxies.ts';
import { peer } from './proxies.ts';
import { replaceFile } from './replace-file.ts';

const FOLDER = 'servers';
const CONFIG = 'nginx-servers.conf';

/** nginx with a server for each of many hosts, as `writeProxies` writes them for Sluice; a file each. */
export async function nginxWithServers(
  siteFolder: string,
  { hosts, ...plan }: ManyHosts,
): Promise<ProxyProgram> {
  const nginx = peer('nginx');
  const folder = join(siteFolder, FOLDER);
  await emptyFolder(folder);
  for (let index = 0; index < hosts; index += 1) {
    await writeFile(serverFile(siteFolder, index), serverText({ ...plan, index }));
  }
  const config = await readFile(join(siteFolder, 'nginx.conf'), 'utf8');
  const added = `server_names_hash_max_size 65536; server_names_hash_bucket_size 128; include ${FOLDER}/*;\n}\n`;
  await writeFile(join(siteFolder, CONFIG), config.replace(/\}\s*$/, added));
  return {
    ...nginx,
    command: (site) => nginx.command(site).map((word) => (word === 'nginx.conf' ? CONFIG : word)),
  };
}

/** Replaces the server of one host; nginx reads it when it is told to. */
export function editServer(siteFolder: string, plan: HostPlan): void {
  replaceFile(serverFile(siteFolder, plan.index), serverText(plan));
}

function serverFile(siteFolder: string, index: number): string {
  return join(siteFolder, FOLDER, `${hostName(index)}.conf`);
}

function serverText({ index, routes, version }: HostPlan): string {
  const locations = Array.from(
    { length: routes },
    (_, route) => `  location ${routePrefix(route)} { proxy_pass http://services; }`,
  );
  if (version !== undefined) locations.push(`  location ${VERSION_PATH} { return 200 "${version}"; }`);
  return `server {\n  listen 127.0.0.1:18081;\n  server_name ${hostName(index)};\n${locations.join('\n')}\n}\n`;
}
