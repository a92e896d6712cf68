import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask } from '../support/ask.ts';
import { startTestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import { answerOf, http1Upstream } from '../support/http1-upstream.ts';

/** What the copy's host is, by that of the request. */
const HOSTS: readonly (readonly [host: string, shadow: string])[] = [
  ['web.test', 'web.test-shadow'],
  ['web.test:8080', 'web.test-shadow:8080'],
  ['web.test:80', 'web.test-shadow'],
];

for (const [host, shadow] of HOSTS) {
  test(`mirror() asks for ${shadow} when the request asked for ${host}`, async (t) => {
    const web = await http1Upstream(t, { onRequest: () => answerOf('real') });
    const copy = await http1Upstream(t, { onRequest: () => answerOf('copy') });
    const plane = await startTestDataPlane(t, {
      manifests: {
        'app.yaml': documents(
          service('web', [web.port]),
          service('copy', [copy.port]),
          httpProxy(
            'web',
            '  virtualhost: {fqdn: web.test}\n  routes: [{services: [{name: web, port: 80}, {name: copy, port: 80, mirror: true}]}]',
          ),
        ),
      },
    });
    assert.equal((await ask(t, plane.http, { host })).body, 'real');
    await until(() => copy.requests.length === 1);
    assert.equal(/\r\nhost: ([^\r]*)\r\n/.exec(copy.requests[0]?.head ?? '')?.[1], shadow);
    await until(() => plane.upstream('default/copy/80').active === 0);
  });
}
