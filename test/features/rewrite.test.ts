import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, echoUpstream, rootProxy, statusOf } from '../support/ask.ts';
import { documents, httpProxy, service, startTestGateway } from '../support/gateway.ts';

/** Prefix condition, items of `replacePrefix`, and what the upstream sees for a path. */
const CASES: readonly {
  readonly prefix: string;
  readonly items: string;
  readonly paths: Readonly<Record<string, string>>;
}[] = [
  {
    prefix: '/p',
    items: '{replacement: /R}',
    paths: { '/p': '/R', '/p/': '/R/', '/p/x': '/R/x', '/pfoo': '/Rfoo', '/p?q=/p': '/R?q=/p' },
  },
  {
    prefix: '/p/',
    items: '{replacement: /R/}',
    paths: { '/p/': '/R/', '/p/x': '/R/x' },
  },
  {
    prefix: '/p',
    items: '{replacement: /}',
    paths: { '/p': '/', '/p/': '/', '/p/x': '/x', '/pfoo': '/foo' },
  },
  { prefix: '/', items: '{replacement: /R}', paths: { '/': '/R', '/x': '/Rx' } },
  { prefix: '/', items: '{replacement: /R/}', paths: { '/': '/R/', '/x': '/R/x' } },
  {
    prefix: '/p',
    items: '{prefix: /other, replacement: /no}, {prefix: /p, replacement: /yes}',
    paths: { '/p/x': '/yes/x' },
  },
  { prefix: '/p', items: '{prefix: /other, replacement: /no}', paths: { '/p/x': '/p/x' } },
  {
    prefix: '/p',
    items: '{prefix: /other, replacement: /no}, {replacement: /default}',
    paths: { '/p/x': '/default/x' },
  },
  { prefix: '/p', items: '{replacement: "/a b?c"}', paths: { '/p/x': '/a%20b%3Fc/x' } },
];

test('the matched prefix is replaced with care for slashes', async (t) => {
  const upstream = await echoUpstream(t, 'web');
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        ...CASES.map(({ prefix, items }, i) =>
          rootProxy(
            `w${i}`,
            `w${i}.test`,
            `  routes: [{conditions: [{prefix: ${prefix}}], services: [{name: web, port: 80}], pathRewritePolicy: {replacePrefix: [${items}]}}]`,
          ),
        ),
      ),
    },
  });
  for (const [i, { prefix, items, paths }] of CASES.entries()) {
    for (const [path, target] of Object.entries(paths)) {
      await t.test(`${prefix} with ${items}: ${path} becomes ${target}`, async (t) => {
        const reply = await ask(t, gateway.http, { host: `w${i}.test`, path });
        assert.equal(reply.forwarded.split(' ')[1], target);
      });
    }
  }
});

test('a child that is included twice chooses its replacement by the merged prefix', async (t) => {
  const upstream = await echoUpstream(t, 'web');
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        rootProxy(
          'root',
          'web.test',
          '  includes: [{name: child, conditions: [{prefix: /a}]}, {name: child, conditions: [{prefix: /b}]}]',
        ),
        httpProxy(
          'child',
          '  routes: [{services: [{name: web, port: 80}], pathRewritePolicy: {replacePrefix: [{prefix: /a, replacement: /one}, {replacement: /rest}]}}]',
        ),
      ),
    },
  });
  const target = async (path: string) =>
    (await ask(t, gateway.http, { host: 'web.test', path })).forwarded.split(' ')[1];
  assert.equal(await target('/a/x'), '/one/x');
  assert.equal(await target('/b/x'), '/rest/x');
});

const WRONG: readonly (readonly [condition: string, items: string, error: string])[] = [
  ['{exact: /p}', '{replacement: /R}', 'PrefixReplaceError/MustHavePrefix'],
  [
    '{prefix: /p}',
    '{prefix: /p, replacement: /1}, {prefix: /p, replacement: /2}',
    'PrefixReplaceError/DuplicateReplacement',
  ],
  ['{prefix: /p}', '{replacement: /1}, {replacement: /2}', 'PrefixReplaceError/AmbiguousReplacement'],
];

test('a wrong rewrite costs its route alone', async (t) => {
  const upstream = await echoUpstream(t, 'web');
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        ...WRONG.map(([condition, items], i) =>
          rootProxy(
            `w${i}`,
            `w${i}.test`,
            `  routes: [{conditions: [${condition}], services: [{name: web, port: 80}], pathRewritePolicy: {replacePrefix: [${items}]}}, {services: [{name: web, port: 80}]}]`,
          ),
        ),
      ),
    },
  });
  for (const [i, [, , error]] of WRONG.entries()) {
    assert.equal((await ask(t, gateway.http, { host: `w${i}.test`, path: '/p' })).status, 503);
    assert.equal((await ask(t, gateway.http, { host: `w${i}.test`, path: '/q' })).from, 'web');
    assert.deepEqual((await statusOf(gateway, `w${i}`)).errors, [error]);
  }
});
