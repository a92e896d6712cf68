import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documents, httpProxy, service, startTestGateway } from '../support/gateway.ts';
import { fixedUpstream } from '../support/raw.ts';
import { certificateFor, secureConnect, tlsProxy, tlsSecret } from '../support/tls.ts';

test('a connection serves the hosts of its certificate and policy, others get 421', async (t) => {
  const upstream = await fixedUpstream(t, 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
  const gateway = await startTestGateway(t, {
    manifests: {
      'services.yaml': service('web', [upstream.port]),
      'secrets.yaml': documents(
        tlsSecret('many', await certificateFor('a.test', 'b.test', 'strict.test', 'own.test', '*.wild.test')),
        tlsSecret('own', await certificateFor('own.test')),
        tlsSecret('lone', await certificateFor('lone.test')),
      ),
      'proxies.yaml': documents(
        tlsProxy('a.test', 'many'),
        tlsProxy('b.test', 'many'),
        tlsProxy('*.wild.test', 'many'),
        tlsProxy('strict.test', 'many', 'minimumProtocolVersion: "1.3"'),
        tlsProxy('own.test', 'own'),
        tlsProxy('lone.test', 'lone'),
        httpProxy(
          'plain',
          '  virtualhost: {fqdn: plain.test}\n  routes: [{services: [{name: web, port: 80}]}]',
        ),
      ),
    },
  });
  const cases: readonly (readonly [host: string, status: number, why: string])[] = [
    ['a.test', 200, 'the name of the handshake'],
    ['A.TEST:8443', 200, 'in other case, with a port'],
    ['a.test.', 200, 'with a trailing dot'],
    ['b.test', 200, 'same certificate, same policy'],
    ['x.wild.test', 200, 'covered by its wildcard'],
    ['own.test', 200, 'covered, same policy, though it has a certificate of its own'],
    ['strict.test', 421, 'other versions'],
    ['lone.test', 421, 'not covered'],
    ['plain.test', 421, 'not served over TLS'],
    ['nobody.test', 421, 'nobody has this name'],
    ['x.y.wild.test', 421, 'a wildcard stands for one label'],
    ['a.test', 200, 'and on it goes'],
  ];
  for (const options of [{}, { maxVersion: 'TLSv1.2' }] as const) {
    // One connection for all of them.
    const { get } = await secureConnect(t, gateway.https, 'a.test', options);
    for (const [host, status, why] of cases) {
      const answer = await get(host, `/${status}`);
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), `${host}: ${why}`);
      if (status === 421) assert.match(answer, /\r\nproxy-status: sluice; error=\S+\r\n/);
    }
  }
  for (const head of upstream.heads) assert.match(head, /^GET \/200 /);
});
