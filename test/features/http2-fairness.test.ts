import assert from 'node:assert/strict';
import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { startTestDataPlane, type TestDataPlane, type TestDataPlaneOptions } from '../support/data-plane.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import { certificateFor, testAuthority, tlsSecret } from '../support/tls.ts';

const CHUNK_BYTES = 20_000;
const STREAMS = 100;

/** Bytes that differ from place to place and from seed to seed. */
function pattern(length: number, seed: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8) * 7 + seed * 131) & 0xff;
  return bytes;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A service that takes bodies slowly, and counts what it gave to answers without an end. */
class Service {
  endlessBytes = 0;
  readonly server = http.createServer((request, response) => this.#serve(request, response));
  readonly #chunk = Buffer.alloc(CHUNK_BYTES);

  #serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    const [, what, size = '', seed = ''] = (request.url ?? '').split('/');
    if (what === 'bytes') {
      response.end(pattern(Number(size), Number(seed)));
    } else if (what === 'endless') {
      const more = (): void => {
        let room = true;
        while (room && !response.destroyed) {
          room = response.write(this.#chunk);
          this.endlessBytes += CHUNK_BYTES;
        }
        response.once('drain', more);
      };
      more();
    } else if (what === 'slow') {
      void this.#readSlowly(request, response);
    } else {
      // Never reads its body.
      request.pause();
    }
  }

  async #readSlowly(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const hash = createHash('sha256');
    try {
      for await (const part of request) {
        hash.update(part as Buffer);
        for (let turn = 0; turn < 3; turn++) await nextTurn();
      }
    } catch {
      return;
    }
    response.end(hash.digest('hex'));
  }
}

async function start(
  t: TestContext,
  options: Partial<TestDataPlaneOptions> = {},
): Promise<{ site: TestDataPlane; service: Service }> {
  const upstream = new Service();
  upstream.server.listen(0, '127.0.0.1');
  await once(upstream.server, 'listening');
  t.after(() => {
    upstream.server.close();
    upstream.server.closeAllConnections();
  });
  const { port } = upstream.server.address() as AddressInfo;
  const site = await startTestDataPlane(t, {
    ...options,
    manifests: {
      'all.yaml': documents(
        service('web', [port]),
        tlsSecret('web', await certificateFor('web.test')),
        httpProxy(
          'web',
          `  virtualhost: {fqdn: web.test, tls: {secretName: web}}
  routes: [{permitInsecure: true, services: [{name: web, port: 80}]}]`,
        ),
      ),
    },
  });
  return { site, service: upstream };
}

type Scheme = 'http' | 'https';

async function connect(
  t: TestContext,
  site: TestDataPlane,
  scheme: Scheme,
  settings: http2.Settings = {},
): Promise<(path: string, body?: boolean) => http2.ClientHttp2Stream> {
  const { certificate } = await testAuthority();
  const session = http2.connect(`${scheme}://127.0.0.1:${site[scheme]}`, {
    settings,
    // Else the client itself gives streams up.
    maxSessionMemory: 200,
    ...(scheme === 'https' ? { ca: certificate, servername: 'web.test' } : {}),
  });
  session.on('error', () => {});
  t.after(() => session.destroy());
  await once(session, 'connect');
  return (path, body = false) => {
    const method = body ? 'POST' : 'GET';
    const fields = { ':method': method, ':path': path, ':authority': 'web.test', ':scheme': scheme };
    const stream = session.request(fields, { endStream: !body });
    stream.on('error', () => {});
    return stream;
  };
}

/** Reads a stream to its end, a part in each few turns of the loop. */
async function read(stream: http2.ClientHttp2Stream, turns: number): Promise<{ hash: Hash; text: string }> {
  const hash = createHash('sha256');
  let text = '';
  for await (const part of stream) {
    hash.update(part as Buffer);
    if (text.length < 1000) text += (part as Buffer).toString('latin1');
    for (let turn = 0; turn < turns; turn++) await nextTurn();
  }
  return { hash, text };
}

for (const scheme of ['http', 'https'] as const) {
  suite(`A hundred streams of one HTTP/2 connection over ${scheme}`, () => {
    test('arrive whole, up and down, with slow readers at both ends', async (t) => {
      const { site } = await start(t);
      const request = await connect(t, site, scheme);
      const whole = await Promise.all(
        Array.from({ length: STREAMS }, async (_, i) => {
          const size = 50_000 + i * 5003;
          if (i % 2 === 0) {
            const { hash } = await read(request(`/bytes/${size}/${i}`), i % 6);
            return hash.digest('hex') === sha256(pattern(size, i));
          }
          const body = pattern(size, i);
          const stream = request('/slow', true);
          stream.end(body);
          return (await read(stream, 0)).text === sha256(body);
        }),
      );
      assert.deepEqual(
        whole.flatMap((good, i) => (good ? [] : [i])),
        [],
      );
      await until(() => site.upstream('default/web/80').active === 0);
    });

    test('do not starve beside one without an end', async (t) => {
      const { site, service } = await start(t);
      const request = await connect(t, site, scheme, { initialWindowSize: 1 << 20 });
      const endless = request('/endless');
      let taken = 0;
      endless.on('data', (part: Buffer) => {
        taken += part.length;
      });
      await until(() => taken > 1_000_000);
      const whole = await Promise.all(
        Array.from({ length: STREAMS - 1 }, async (_, i) => {
          const { hash } = await read(request(`/bytes/60000/${i}`), 0);
          return hash.digest('hex') === sha256(pattern(60_000, i));
        }),
      );
      assert.ok(whole.every(Boolean));
      const before = taken;
      await until(() => taken > before);
      endless.close(http2.constants.NGHTTP2_CANCEL);
      await until(() => site.upstream('default/web/80').active === 0);
      assert.ok(service.endlessBytes > 0);
    });

    test('that nobody reads hold no more than their windows, either way', async (t) => {
      const { site, service } = await start(t);
      const request = await connect(t, site, scheme);
      const before = process.memoryUsage().arrayBuffers;
      for (let i = 0; i < STREAMS / 2; i++) {
        request('/endless').pause();
        const upload = request('/deaf', true);
        const more = (): void => {
          while (upload.writable && upload.write(pattern(CHUNK_BYTES, i)));
        };
        upload.on('drain', more);
        more();
      }
      await until(() => site.upstream('default/web/80').active === STREAMS);
      let last = -1;
      let quiet = 0;
      // Nothing moves any more.
      await until(() => {
        quiet = service.endlessBytes === last ? quiet + 1 : 0;
        last = service.endlessBytes;
        return quiet === 20;
      });
      const grown = process.memoryUsage().arrayBuffers - before;
      assert.ok(grown < 64 * 1024 * 1024, `${grown}`);
    });
  });
}
