import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  httpsLocation,
  type RedirectedRequest,
  redirectLocation,
} from '../../src/router/redirect-location.ts';
import type { Redirect } from '../../src/snapshot/virtual-host.ts';

const REQUEST: RedirectedRequest = {
  path: '/x/foo/bar',
  query: '?q=1',
  authority: 'shop.test',
  secure: false,
};
const REDIRECT: Redirect = {
  kind: 'redirect',
  status: 302,
  scheme: null,
  hostname: null,
  port: null,
  path: null,
};

/** httpproxy.md 1.4.9, http1.md I11. */
const CASES: readonly (readonly [string, Partial<Redirect>, Partial<RedirectedRequest>, string])[] = [
  ['nothing set', {}, {}, 'http://shop.test/x/foo/bar?q=1'],
  ['nothing set, over TLS', {}, { secure: true }, 'https://shop.test/x/foo/bar?q=1'],
  [
    'the port of the request stays',
    {},
    { authority: 'shop.test:8080' },
    'http://shop.test:8080/x/foo/bar?q=1',
  ],
  [
    'and stays with another scheme',
    { scheme: 'https' },
    { authority: 'shop.test:8080' },
    'https://shop.test:8080/x/foo/bar?q=1',
  ],
  [
    'but for :80 to https',
    { scheme: 'https' },
    { authority: 'shop.test:80' },
    'https://shop.test/x/foo/bar?q=1',
  ],
  [
    'and :443 to http',
    { scheme: 'http' },
    { authority: 'shop.test:443', secure: true },
    'http://shop.test/x/foo/bar?q=1',
  ],
  [
    'a hostname drops the port',
    { hostname: 'new.test' },
    { authority: 'a:81' },
    'http://new.test/x/foo/bar?q=1',
  ],
  ['a set port replaces', { port: 90 }, { authority: 'a:81' }, 'http://a:90/x/foo/bar?q=1'],
  ['a set port 80 is written', { port: 80 }, {}, 'http://shop.test:80/x/foo/bar?q=1'],
  ['IPv6 with a port', { port: 90 }, { authority: '[::1]:81' }, 'http://[::1]:90/x/foo/bar?q=1'],
  ['IPv6 without', { port: 90 }, { authority: '[::80]' }, 'http://[::80]:90/x/foo/bar?q=1'],
  ['IPv6 that looks like one', { scheme: 'https' }, { authority: '[::80]' }, 'https://[::80]/x/foo/bar?q=1'],
  ['a full path keeps the query', { path: { kind: 'full', value: '/new' } }, {}, 'http://shop.test/new?q=1'],
  [
    'a full path with a query of its own',
    { path: { kind: 'full', value: '/new?z=2' } },
    {},
    'http://shop.test/new?z=2',
  ],
  [
    'a fragment stays last',
    { path: { kind: 'full', value: '/new#a b' } },
    {},
    'http://shop.test/new?q=1#a%20b',
  ],
  [
    'a prefix is replaced textually',
    { path: { kind: 'prefix', prefix: '/x/', value: '/v2' } },
    {},
    'http://shop.test/v2foo/bar?q=1',
  ],
  [
    'an empty prefix keeps the slash',
    { path: { kind: 'prefix', prefix: '/x/', value: '' } },
    {},
    'http://shop.test/foo/bar?q=1',
  ],
  [
    'a full path cannot go on with the host',
    { path: { kind: 'full', value: '.evil.test' } },
    {},
    'http://shop.test/.evil.test?q=1',
  ],
  ['two slashes are no host', {}, { path: '//evil.test/..' }, 'http://shop.test//evil.test/..?q=1'],
  [
    'odd bytes are encoded',
    {},
    { path: '/a\r\nx: y\\"\xe9', query: '?<>' },
    'http://shop.test/a%0D%0Ax:%20y%5C%22%E9?%3C%3E',
  ],
  [
    'configured UTF-8',
    { path: { kind: 'full', value: '/é%20' } },
    { query: '' },
    'http://shop.test/%C3%A9%20',
  ],
];

for (const [name, redirect, request, expected] of CASES) {
  test(`redirectLocation(): ${name}`, () => {
    assert.equal(redirectLocation({ ...REDIRECT, ...redirect }, { ...REQUEST, ...request }), expected);
  });
}

test('httpsLocation() keeps Host, port, path and query, and drops only :80', () => {
  const cases = [
    ['shop.test', 'https://shop.test/x/foo/bar?q=1'],
    ['shop.test:80', 'https://shop.test/x/foo/bar?q=1'],
    ['shop.test:8080', 'https://shop.test:8080/x/foo/bar?q=1'],
    ['shop.test:443', 'https://shop.test:443/x/foo/bar?q=1'],
    ['[::80]', 'https://[::80]/x/foo/bar?q=1'],
  ] as const;
  for (const [authority, expected] of cases) assert.equal(httpsLocation({ ...REQUEST, authority }), expected);
  assert.equal(httpsLocation({ ...REQUEST, path: '//evil.test', query: '' }), 'https://shop.test//evil.test');
});
