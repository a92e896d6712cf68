import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExplainRequest } from '../../src/admin/explain.ts';
import { explainRequest } from '../../src/admin/explain.ts';
import { DEFAULT_SETTINGS } from '../../src/config.ts';
import type { Route, VirtualHost } from '../../src/snapshot/virtual-host.ts';

const FORWARD: Route = {
  match: { path: { kind: 'prefix', value: '/' }, headers: [], query: [] },
  action: {
    kind: 'forward',
    backends: [{ upstream: 'a/b/80', weight: 1, filters: [] }],
    mirror: null,
    timeouts: { responseMs: 0, idleMs: 0 },
    retry: null,
    rewrite: null,
    websocket: false,
  },
  filters: [],
  plain: 'redirect',
  secure: 'serve',
  origin: { kind: 'HTTPProxy', namespace: 'a', name: 'p', field: 'spec.routes[0]' },
};

const RESPOND: Route = {
  ...FORWARD,
  match: {
    path: { kind: 'exact', value: '/gone' },
    headers: [
      { name: 'x-a', op: 'exact', value: '1', ignoreCase: false, negate: true, treatMissingAsEmpty: true },
    ],
    query: [],
  },
  action: { kind: 'respond', status: 503, body: '', error: 'destination_unavailable' },
  plain: 'serve',
};

function host(name: string, routes: readonly Route[]): VirtualHost {
  return { name, routes, upgradeFilters: [], tls: null };
}

const HOSTS = [host('a.test', [RESPOND, FORWARD]), host('*.b.test', [FORWARD]), host('*', [RESPOND])];

function explain(url: string, options: Partial<ExplainRequest> = {}) {
  return explainRequest(
    { method: 'GET', url, headers: [], ...options },
    {
      snapshot: { settings: DEFAULT_SETTINGS, hosts: new Map(HOSTS.map((one) => [one.name, one])) },
      locate: ({ field }) => `file.yaml:${field.length}`,
    },
  );
}

function answerOf(url: string, options?: Partial<ExplainRequest>) {
  const answer = explain(url, options);
  assert.ok(answer.ok);
  return answer.value;
}

test('explainRequest() names route, action, place and what was second', () => {
  const { host: name, path, route, second } = answerOf('https://A.test:8443//gone?x=1');
  assert.equal(name, 'a.test');
  assert.equal(path, '/gone');
  assert.deepEqual(route, {
    match: 'exact /gone, header x-a not exact 1',
    does: 'answer 503 (destination_unavailable)',
    origin: RESPOND.origin,
    place: 'file.yaml:14',
  });
  assert.equal(second?.does, 'forward to a/b/80');
});

test('explainRequest() looks at headers', () => {
  const { route } = answerOf('https://a.test/gone', { headers: ['X-A: 1'] });
  assert.equal(route?.match, 'prefix /');
});

test('explainRequest() knows the redirect to https', () => {
  assert.equal(answerOf('http://a.test/').route?.does, 'redirect to https, 301');
});

test('explainRequest() finds wildcard and catch-all hosts', () => {
  assert.equal(answerOf('https://x.b.test/').host, '*.b.test');
  assert.equal(answerOf('https://x.y.b.test/').host, null);
  assert.equal(answerOf('https://other.test/gone').host, '*');
});

test('explainRequest() has no route where none holds', () => {
  const answer = answerOf('https://other.test/');
  assert.deepEqual({ ...answer, path: '' }, { host: '*', path: '', route: null, second: null, filters: [] });
});

test('explainRequest() refuses what a client could not send', () => {
  for (const url of ['a.test', 'ftp://a/', 'http://', 'http://a b/', 'http://u@a/', 'http://a/%zz']) {
    assert.equal(explain(url).ok, false, url);
  }
  assert.equal(explain('http://a/', { headers: ['x'] }).ok, false);
});
