import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { ClientSite } from './client-site.ts';
import { runProgram } from './run-program.ts';

/** Pins of RFC 7469 for what the gateway shows: no flag switches verification off. */
function pinOf(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

/**
 * Opens a page of a site, whose names it finds on loopback and no others.
 *
 * @returns The document as it is when all that belongs to the page has been loaded, images too.
 */
export async function openInChromium(site: ClientSite, url: string): Promise<string> {
  const { gateway, chain, folder } = site;
  const hosts = ['web.test', 'static.test', 'other.test'].flatMap((host) => [
    `MAP ${host}:80 127.0.0.1:${gateway.http}`,
    `MAP ${host}:443 127.0.0.1:${gateway.https}`,
  ]);
  const run = await runProgram('chromium', [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--disable-dev-shm-usage',
    '--no-first-run',
    '--no-proxy-server',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--user-data-dir=${join(folder, 'profile')}`,
    `--host-resolver-rules=${[...hosts, 'MAP * ~NOTFOUND'].join(', ')}`,
    `--ignore-certificate-errors-spki-list=${pinOf(chain)}`,
    '--dump-dom',
    url,
  ]);
  assert.equal(run.status, 0, run.error.slice(-2000));
  return run.out;
}
