import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { WebSocketServer } from 'ws';
import type { GatewayOptions } from '../../src/config.ts';
import { documents, httpProxy, service, startTestGateway, type TestGateway } from './gateway.ts';
import { certificateFor, testAuthority, tlsSecret } from './tls.ts';

/** What `/big` and `/stream` answer. */
export const BIG = Buffer.alloc(4 * 1024 * 1024, 'Sluice and its clients. ');

/** A site behind a gateway: `localhost` and `web.test` over TLS, `plain.test` without. */
export interface ClientSite {
  readonly gateway: TestGateway;
  /** PEM file of the authority that clients are to trust. */
  readonly caFile: string;
  /** The same as text. */
  readonly ca: string;
  /** PEM of the certificate that the gateway shows. */
  readonly chain: string;
  /** A folder of the test's own. */
  readonly folder: string;
}

/** Answers of a site beside the usual ones; true when it answered. */
export type Answers = (request: IncomingMessage, response: ServerResponse) => boolean;

const NO_MORE: Answers = () => false;

/** Starts the service, the gateway before it, and what clients need; all of it ends with the test. */
export async function startClientSite(
  context: TestContext,
  options: { readonly static?: Partial<GatewayOptions['static']>; readonly answers?: Answers } = {},
): Promise<ClientSite> {
  const port = await startService(context, options.answers ?? NO_MORE);
  const folder = await mkdtemp(join(tmpdir(), 'sluice-clients-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const { certificate } = await testAuthority();
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, certificate);
  const pair = await certificateFor('localhost', 'web.test', 'static.test');
  const routes = `  routes:
    - services: [{name: site, port: 80}]
    - conditions: [{prefix: /socket}]
      enableWebsockets: true
      services: [{name: site, port: 80}]`;
  const gateway = await startTestGateway(context, {
    ...(options.static === undefined ? {} : { static: options.static }),
    manifests: {
      'services.yaml': service('site', [port]),
      'secret.yaml': tlsSecret('site', pair),
      'proxies.yaml': documents(
        ...['localhost', 'web.test', 'static.test'].map((fqdn) =>
          httpProxy(fqdn, `  virtualhost: {fqdn: ${fqdn}, tls: {secretName: site}}\n${routes}`),
        ),
        httpProxy('plain.test', `  virtualhost: {fqdn: plain.test}\n${routes}`),
      ),
    },
  });
  return { gateway, caFile, ca: certificate, chain: pair.chain, folder };
}

async function startService(context: TestContext, answers: Answers): Promise<number> {
  const server = createServer((request, response) => {
    if (!answers(request, response)) answer(request, response).catch(() => response.destroy());
  });
  const sockets = new WebSocketServer({ server, path: '/socket' });
  sockets.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => {
      if (!isBinary && String(data) === 'leave') socket.close(4001, 'as you wish');
      else socket.send(data, { binary: isBinary });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** The hash of bytes, as the service names it. */
export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await request.toArray());
  switch (new URL(request.url ?? '/', 'http://site').pathname) {
    case '/hello':
      response.end('hello from the service\n');
      return;
    case '/headers':
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers }));
      return;
    case '/upload':
      response.end(`${request.method} ${body.length} ${sha256(body)}\n`);
      return;
    case '/big':
      sendPart(request, response);
      return;
    case '/stream':
      for (let at = 0; at < BIG.length; at += 65_536) {
        if (!response.write(BIG.subarray(at, at + 65_536))) await once(response, 'drain');
      }
      response.end();
      return;
    case '/cookies':
      response.setHeader('set-cookie', ['a=1; Path=/', 'b=2; Path=/; Secure; HttpOnly']);
      response.end(`cookies: ${request.headers.cookie ?? 'none'}\n`);
      return;
    case '/empty':
      response.writeHead(204).end();
      return;
    case '/moved':
      response.writeHead(302, { location: '/hello' }).end();
      return;
    default:
      response.writeHead(404).end('nothing here\n');
  }
}

/** `BIG`, or what a `range` of the form `bytes=N-` asks for. */
function sendPart(request: IncomingMessage, response: ServerResponse): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from > 0) {
    response.statusCode = 206;
    response.setHeader('content-range', `bytes ${from}-${BIG.length - 1}/${BIG.length}`);
  }
  response.setHeader('accept-ranges', 'bytes');
  response.setHeader('content-length', BIG.length - from);
  response.end(BIG.subarray(from));
}
