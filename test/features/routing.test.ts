import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, echoUpstream, type Question, rootProxy } from '../support/ask.ts';
import { documents, service, startTestGateway } from '../support/gateway.ts';

/** A route to the Service of its own name: the answer tells which route held. */
const route = (name: string, conditions: string) =>
  `    - {conditions: [${conditions}], services: [{name: ${name}, port: 80}]}\n`;

interface Case {
  readonly name: string;
  readonly ask: Question;
  /** Service that answers, or the status of an answer of the gateway's own. */
  readonly gives: string | number;
}

test('a host is chosen by its name', async (t) => {
  const names = ['exact', 'one-label', 'deep', 'other'];
  const upstreams = await Promise.all(names.map((name) => echoUpstream(t, name)));
  const proxy = (name: string, fqdn: string) =>
    rootProxy(name, fqdn, `  routes:\n    - services: [{name: ${name}, port: 80}]`);
  const gateway = await startTestGateway(t, {
    manifests: {
      'services.yaml': documents(...names.map((name, i) => service(name, [upstreams[i]?.port ?? 0]))),
      'proxies.yaml': documents(
        proxy('exact', 'www.shop.test'),
        proxy('one-label', '*.shop.test'),
        proxy('deep', '*.eu.shop.test'),
        proxy('other', 'other.test'),
      ),
    },
  });
  const cases: readonly (readonly [host: string, gives: string | number])[] = [
    ['www.shop.test', 'exact'],
    ['WWW.Shop.TEST', 'exact'],
    ['www.shop.test:8080', 'exact'],
    ['www.shop.test.', 'exact'],
    ['www.shop.test.:80', 'exact'],
    ['api.shop.test', 'one-label'],
    ['API.SHOP.test:81', 'one-label'],
    ['a-1.shop.test', 'one-label'],
    ['api.eu.shop.test', 'deep'],
    ['eu.shop.test', 'one-label'],
    ['a.b.shop.test', 404],
    ['a.b.eu.shop.test', 404],
    ['a_b.shop.test', 404],
    ['-a.shop.test', 404],
    ['shop.test', 404],
    ['*.shop.test', 400],
    ['unknown.test', 404],
    ['other.test.evil.test', 404],
  ];
  for (const [host, gives] of cases) {
    await t.test(`${host} gives ${gives}`, async (t) => {
      const reply = await ask(t, gateway.http, { host });
      assert.equal(reply.from || reply.status, gives);
      if (gives === 404) {
        assert.equal(reply.body, '');
        assert.equal(reply.headers.get('proxy-status'), 'sluice; error=destination_not_found');
        assert.equal(reply.headers.get('server'), 'sluice');
      }
    });
  }
});

test('paths: exact before regex before prefix, the longer text first', async (t) => {
  const names = ['exact', 'regex', 'regex-long', 'prefix', 'prefix-long', 'root', 'method', 'many'];
  const upstreams = await Promise.all(names.map((name) => echoUpstream(t, name)));
  const gateway = await startTestGateway(t, {
    manifests: {
      'services.yaml': documents(...names.map((name, i) => service(name, [upstreams[i]?.port ?? 0]))),
      'proxy.yaml': rootProxy(
        'web',
        'web.test',
        `  routes:
${route('root', '{prefix: /}')}${route('prefix', '{prefix: /a}')}${route('prefix-long', '{prefix: /a/b}')}\
${route('regex', '{regex: "/a/[0-9]+"}')}${route('regex-long', '{regex: "/a/[0-9]+/x+"}')}\
${route('exact', '{exact: /a/1}')}\
${route('method', '{prefix: /m}, {header: {name: ":method", exact: POST}}')}\
${route('many', '{prefix: /m}, {header: {name: x, present: true}}, {header: {name: y, present: true}}')}\
${route('prefix', '{prefix: /m}')}`,
      ),
    },
  });
  const cases: readonly Case[] = [
    { name: 'nothing else', ask: { host: 'web.test', path: '/' }, gives: 'root' },
    { name: 'a prefix is text', ask: { host: 'web.test', path: '/abc' }, gives: 'prefix' },
    { name: 'the longer prefix', ask: { host: 'web.test', path: '/a/bc' }, gives: 'prefix-long' },
    { name: 'exact before regex', ask: { host: 'web.test', path: '/a/1' }, gives: 'exact' },
    { name: 'exact without its query', ask: { host: 'web.test', path: '/a/1?x=/a/b' }, gives: 'exact' },
    { name: 'exact is the whole path', ask: { host: 'web.test', path: '/a/1/' }, gives: 'prefix' },
    { name: 'regex before prefix', ask: { host: 'web.test', path: '/a/22' }, gives: 'regex' },
    { name: 'regex holds the whole path', ask: { host: 'web.test', path: '/a/22b' }, gives: 'prefix' },
    { name: 'the longer regex', ask: { host: 'web.test', path: '/a/2/xx' }, gives: 'regex-long' },
    {
      name: 'dot segments are gone before',
      ask: { host: 'web.test', path: '/x/../a/b' },
      gives: 'prefix-long',
    },
    {
      name: 'encoded dot segments too',
      ask: { host: 'web.test', path: '/x/%2e%2e/a/b' },
      gives: 'prefix-long',
    },
    { name: 'slashes count once', ask: { host: 'web.test', path: '//a///b' }, gives: 'prefix-long' },
    {
      name: 'unreserved characters are decoded',
      ask: { host: 'web.test', path: '/%61/%62' },
      gives: 'prefix-long',
    },
    { name: 'an escaped slash is none', ask: { host: 'web.test', path: '/a%2Fb' }, gives: 'prefix' },
    { name: 'paths have letter case', ask: { host: 'web.test', path: '/A/b' }, gives: 'root' },
    {
      name: 'a method counts more than headers',
      ask: { method: 'POST', host: 'web.test', path: '/m', headers: ['x: 1', 'y: 1'] },
      gives: 'method',
    },
    {
      name: 'more headers first',
      ask: { host: 'web.test', path: '/m', headers: ['x: 1', 'y: 1'] },
      gives: 'many',
    },
    {
      name: 'all conditions must hold',
      ask: { host: 'web.test', path: '/m', headers: ['x: 1'] },
      gives: 'prefix',
    },
    { name: 'a backslash in the path', ask: { host: 'web.test', path: '/a\\b' }, gives: 400 },
    { name: 'a NUL in the path', ask: { host: 'web.test', path: '/a%00' }, gives: 400 },
  ];
  for (const each of cases) {
    await t.test(each.name, async (t) => {
      const reply = await ask(t, gateway.http, each.ask);
      assert.equal(reply.from || reply.status, each.gives);
    });
  }
});

test('a host without a route for the path answers 404', async (t) => {
  const upstream = await echoUpstream(t, 'web');
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        rootProxy('web', 'web.test', `  routes:\n${route('web', '{prefix: /a}')}`),
      ),
    },
  });
  const reply = await ask(t, gateway.http, { host: 'web.test', path: '/b' });
  assert.equal(reply.status, 404);
  assert.equal(reply.body, '');
  assert.equal(reply.headers.get('content-length'), '0');
});

/** One header condition, and requests for which it holds and does not. */
const HEADER_CASES: readonly {
  readonly condition: string;
  readonly holds: readonly (readonly string[])[];
  readonly fails: readonly (readonly string[])[];
}[] = [
  { condition: 'present: true', holds: [['x: a'], ['X: a'], ['x:']], fails: [[], ['xx: a']] },
  { condition: 'notpresent: true', holds: [[], ['xx: a']], fails: [['x: a'], ['x:']] },
  { condition: 'exact: Ab', holds: [['x: Ab'], ['x:   Ab  ']], fails: [['x: ab'], ['x: Abc'], []] },
  { condition: 'exact: Ab, ignoreCase: true', holds: [['x: aB']], fails: [['x: Abc'], []] },
  { condition: 'exact: "a,b"', holds: [['x: a', 'x: b'], ['x: a,b']], fails: [['x: b', 'x: a'], ['x: a']] },
  { condition: 'notexact: Ab', holds: [['x: ab']], fails: [['x: Ab'], []] },
  { condition: 'notexact: Ab, treatMissingAsEmpty: true', holds: [['x: ab'], []], fails: [['x: Ab']] },
  { condition: 'notexact: Ab, ignoreCase: true', holds: [['x: c']], fails: [['x: AB'], []] },
  { condition: 'contains: Ab', holds: [['x: xAby'], ['x: Ab']], fails: [['x: ab'], []] },
  { condition: 'contains: Ab, ignoreCase: true', holds: [['x: xaby']], fails: [['x: a b']] },
  { condition: 'notcontains: Ab', holds: [['x: ab']], fails: [['x: xAby'], []] },
  { condition: 'notcontains: Ab, treatMissingAsEmpty: true', holds: [['x: ab'], []], fails: [['x: xAby']] },
  { condition: 'regex: "a[0-9]+"', holds: [['x: a12']], fails: [['x: xa12'], ['x: a12x'], ['x: a'], []] },
];

test('header conditions hold by their operator', async (t) => {
  const upstreams = await Promise.all(['yes', 'no'].map((name) => echoUpstream(t, name)));
  const host = (i: number) => `h${i}.test`;
  const gateway = await startTestGateway(t, {
    manifests: {
      'services.yaml': documents(
        service('yes', [upstreams[0]?.port ?? 0]),
        service('no', [upstreams[1]?.port ?? 0]),
      ),
      'proxies.yaml': documents(
        ...HEADER_CASES.map(({ condition }, i) =>
          rootProxy(
            `h${i}`,
            host(i),
            `  routes:\n${route('no', '{prefix: /}')}${route('yes', `{header: {name: X, ${condition}}}`)}`,
          ),
        ),
      ),
    },
  });
  for (const [i, { condition, holds, fails }] of HEADER_CASES.entries()) {
    await t.test(condition, async (t) => {
      for (const headers of holds) {
        const reply = await ask(t, gateway.http, { host: host(i), headers });
        assert.equal(reply.from, 'yes', `holds for ${JSON.stringify(headers)}`);
      }
      for (const headers of fails) {
        const reply = await ask(t, gateway.http, { host: host(i), headers });
        assert.equal(reply.from, 'no', `does not hold for ${JSON.stringify(headers)}`);
      }
    });
  }
});

const QUERY_CASES: readonly {
  readonly condition: string;
  readonly holds: readonly string[];
  readonly fails: readonly string[];
}[] = [
  { condition: 'present: true', holds: ['q=1', 'q', 'q=', 'a=1&q=2'], fails: ['', 'Q=1', 'qq=1', 'a=q'] },
  { condition: 'exact: Ab', holds: ['q=Ab', 'q=Ab&q=no'], fails: ['q=ab', 'q=Abc', 'q=no&q=Ab', ''] },
  { condition: 'exact: Ab, ignoreCase: true', holds: ['q=aB'], fails: ['q=abc', 'Q=Ab'] },
  { condition: 'prefix: Ab', holds: ['q=Abc'], fails: ['q=xAb', 'q=abc'] },
  { condition: 'suffix: Ab', holds: ['q=xAb'], fails: ['q=Abx'] },
  { condition: 'suffix: Ab, ignoreCase: true', holds: ['q=xaB'], fails: ['q=Abx'] },
  { condition: 'contains: Ab', holds: ['q=xAby'], fails: ['q=x'] },
  { condition: 'regex: "a[0-9]+"', holds: ['q=a12'], fails: ['q=xa12', 'q=a12x'] },
];

test('query conditions hold by their operator', async (t) => {
  const upstreams = await Promise.all(['yes', 'no'].map((name) => echoUpstream(t, name)));
  const host = (i: number) => `q${i}.test`;
  const gateway = await startTestGateway(t, {
    manifests: {
      'services.yaml': documents(
        service('yes', [upstreams[0]?.port ?? 0]),
        service('no', [upstreams[1]?.port ?? 0]),
      ),
      'proxies.yaml': documents(
        ...QUERY_CASES.map(({ condition }, i) =>
          rootProxy(
            `q${i}`,
            host(i),
            `  routes:\n${route('no', '{prefix: /}')}${route('yes', `{queryParameter: {name: q, ${condition}}}`)}`,
          ),
        ),
      ),
    },
  });
  for (const [i, { condition, holds, fails }] of QUERY_CASES.entries()) {
    await t.test(condition, async (t) => {
      for (const query of holds) {
        const reply = await ask(t, gateway.http, { host: host(i), path: `/?${query}` });
        assert.equal(reply.from, 'yes', `holds for ${query}`);
      }
      for (const query of fails) {
        const reply = await ask(t, gateway.http, { host: host(i), path: query === '' ? '/' : `/?${query}` });
        assert.equal(reply.from, 'no', `does not hold for ${query}`);
      }
    });
  }
});
