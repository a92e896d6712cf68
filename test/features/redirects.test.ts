import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, rootProxy } from '../support/ask.ts';
import { documents, startTestGateway } from '../support/gateway.ts';

interface Case {
  /** Of `requestRedirectPolicy`, in YAML. */
  readonly policy: string;
  readonly conditions?: string;
  readonly port?: string;
  readonly path?: string;
  readonly status?: number;
  /** With HOST for the host of the case. */
  readonly location: string;
}

const CASES: readonly Case[] = [
  { policy: 'statusCode: 301', path: '/a?b=1', status: 301, location: 'http://HOST/a?b=1' },
  { policy: 'scheme: https', path: '/a?b', location: 'https://HOST/a?b' },
  { policy: 'scheme: https', port: ':80', location: 'https://HOST/' },
  { policy: 'scheme: https', port: ':8080', location: 'https://HOST:8080/' },
  { policy: 'hostname: new.test', port: ':8080', path: '/a', location: 'http://new.test/a' },
  { policy: 'port: 80', port: ':8080', location: 'http://HOST:80/' },
  { policy: 'hostname: new.test, port: 81, scheme: https', location: 'https://new.test:81/' },
  { policy: 'path: /new, statusCode: 308', path: '/a?b=1', status: 308, location: 'http://HOST/new?b=1' },
  {
    policy: 'prefix: /v2, statusCode: 307',
    conditions: '{prefix: /x/}',
    path: '/x/foo/bar?q',
    status: 307,
    location: 'http://HOST/v2foo/bar?q',
  },
  { policy: 'prefix: /v2, statusCode: 303', path: '/foo', status: 303, location: 'http://HOST/v2foo' },
  { policy: 'hostname: new.test', path: '//evil.test/x', location: 'http://new.test/evil.test/x' },
  { policy: 'scheme: https', path: '/a%0d%0ab', location: 'https://HOST/a%0d%0ab' },
];

test('a redirect takes from the request what its policy does not set', async (t) => {
  const gateway = await startTestGateway(t, {
    manifests: {
      'proxies.yaml': documents(
        ...CASES.map(({ policy, conditions = '' }, i) =>
          rootProxy(
            `r${i}`,
            `r${i}.test`,
            `  routes: [{conditions: [${conditions}], requestRedirectPolicy: {${policy}}}]`,
          ),
        ),
      ),
    },
  });
  for (const [i, { policy, port = '', path = '/', status = 302, location }] of CASES.entries()) {
    await t.test(`${policy} of ${port}${path}`, async (t) => {
      const reply = await ask(t, gateway.http, { host: `r${i}.test${port}`, path });
      assert.equal(reply.status, status);
      assert.equal(reply.headers.get('location'), location.replace('HOST', `r${i}.test`));
      assert.equal(reply.body, '');
      assert.equal(reply.headers.get('server'), 'sluice');
      assert.equal(reply.headers.has('proxy-status'), false);
    });
  }
});
