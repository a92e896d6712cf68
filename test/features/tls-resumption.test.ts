import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionOptions } from 'node:tls';
import { documents, service, startTestGateway } from '../support/gateway.ts';
import { fixedUpstream } from '../support/raw.ts';
import { certificateFor, secureConnect, tlsProxy, tlsSecret } from '../support/tls.ts';

/** Two workers: that one of them gets none of so many connections does not happen. */
const CONNECTIONS = 32;

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`a returning client resumes at any worker, in ${version}`, async (t) => {
    const upstream = await fixedUpstream(t, 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    const gateway = await startTestGateway(t, {
      static: { workers: 2 },
      manifests: {
        'services.yaml': service('web', [upstream.port]),
        'secret.yaml': tlsSecret('web', await certificateFor('a.test', 'b.test')),
        'proxies.yaml': documents(
          tlsProxy('a.test', 'web'),
          tlsProxy('b.test', 'web', 'minimumProtocolVersion: "1.3"'),
        ),
      },
    });
    const versions = { minVersion: version, maxVersion: version } satisfies ConnectionOptions;
    const first = await secureConnect(t, gateway.https, 'a.test', versions);
    assert.equal(first.socket.isSessionReused(), false);
    let session: Buffer | undefined;
    first.socket.on('session', (ticket: Buffer) => {
      session = ticket;
    });
    // A ticket of TLS 1.3 comes with the answer at the latest, one of 1.2 with the handshake.
    await first.get('a.test');
    session ??= first.socket.getSession();
    assert.ok(session);
    for (let count = 0; count < CONNECTIONS; count++) {
      const { socket, get } = await secureConnect(t, gateway.https, 'a.test', { ...versions, session });
      assert.equal(socket.isSessionReused(), true);
      assert.match(await get('a.test'), /^HTTP\/1\.1 200 /);
      // The name of the handshake is known after resumption, too.
      if (count === 0) assert.match(await get('b.test'), /^HTTP\/1\.1 421 /);
      socket.destroy();
    }
  });
}
