import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ExplainAnswer, explainRequest } from '../../src/admin/explain.ts';
import { compileManifests } from '../../src/cli/compile-manifests.ts';
import { DEFAULT_COMPILE, DEFAULT_SETTINGS } from '../../src/config.ts';
import { ask, echoUpstream, rootProxy } from '../support/ask.ts';
import { documents, httpProxy, service, startTestGateway } from '../support/gateway.ts';
import { type IngressPath, ingress } from '../support/ingress.ts';
import {
  bestRoutes,
  type ModelObjects,
  type ModelPath,
  type ModelRequest,
  type ModelRoute,
} from '../support/routing-model.ts';

// The same small alphabets for objects and requests: most requests find several routes.
const PATHS = ['/', '/a', '/a/', '/ab', '/a/b', '/b'];
const REGEXES = ['/a.*', '/(a|b)', '/a/[a-z]+', '/.*b'];
const HOSTS = ['a.test', 'b.a.test', '*.test', '*.a.test'];
const ASKED_HOSTS = ['a.test', 'B.a.test:80', 'c.a.test', 'x.test', 'x.y.test', 'other'];
const ASKED_PATHS = ['/', '/a', '/a/', '/ab', '/a/b', '/a/b/c', '/b', '/ba'];
const ASKED_HEADERS = [[], ['x: 1'], ['x: 2', 'y: 1']];

const path: fc.Arbitrary<ModelPath> = fc.oneof(
  fc.record({ kind: fc.constantFrom('prefix' as const, 'exact' as const), text: fc.constantFrom(...PATHS) }),
  fc.record({ kind: fc.constant('regex' as const), text: fc.constantFrom(...REGEXES) }),
);
const header = fc.constantFrom(
  { name: 'x', op: 'present' as const, value: '' },
  { name: 'x', op: 'notpresent' as const, value: '' },
  { name: 'x', op: 'exact' as const, value: '1' },
  { name: 'x', op: 'notexact' as const, value: '1' },
  { name: 'y', op: 'present' as const, value: '' },
);
const route: fc.Arbitrary<ModelRoute> = fc.record({
  path,
  headers: fc.uniqueArray(header, { maxLength: 1 }),
});
const routes = fc.array(route, { minLength: 1, maxLength: 4 });
const objects: fc.Arbitrary<ModelObjects> = fc.record({
  roots: fc.uniqueArray(
    fc.record({
      fqdn: fc.constantFrom(...HOSTS),
      routes,
      includes: fc.uniqueArray(fc.record({ prefix: fc.constantFrom('/a', '/a/', '/b'), routes }), {
        maxLength: 2,
        selector: ({ prefix }) => prefix,
      }),
    }),
    { maxLength: 3, selector: ({ fqdn }) => fqdn },
  ),
  ingresses: fc.array(
    fc.record({
      host: fc.constantFrom('', ...HOSTS),
      paths: fc.array(
        fc.record({
          text: fc.constantFrom(...PATHS, '/a/[a-z]+'),
          type: fc.constantFrom('Prefix' as const, 'Exact' as const, 'ImplementationSpecific' as const),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    { maxLength: 2 },
  ),
});

/** Each route answers with its token: the object and the field it stands in. */
function manifest({ roots, ingresses }: ModelObjects, port: number): string {
  const condition = ({ path, headers }: ModelRoute) =>
    [
      `{${path.kind}: ${JSON.stringify(path.text)}}`,
      ...headers.map(
        ({ name, op, value }) => `{header: {name: ${name}, ${op}: ${value === '' ? 'true' : `"${value}"`}}}`,
      ),
    ].join(', ');
  const routeList = (name: string, list: readonly ModelRoute[]) =>
    `  routes:\n${list
      .map(
        (each, i) =>
          `    - {conditions: [${condition(each)}], directResponsePolicy: {statusCode: 200, body: "${name} spec.routes[${i}]"}}`,
      )
      .join('\n')}`;
  const proxies = roots.flatMap(({ fqdn, routes: own, includes }, i) => [
    rootProxy(
      `root${i}`,
      fqdn,
      `  includes: [${includes.map(({ prefix }, j) => `{name: child${i}-${j}, conditions: [{prefix: ${prefix}}]}`).join(', ')}]\n${routeList(`root${i}`, own)}`,
    ),
    ...includes.map((include, j) => httpProxy(`child${i}-${j}`, routeList(`child${i}-${j}`, include.routes))),
  ]);
  const rest = ingresses.flatMap(({ host, paths }, i) => [
    ...paths.map((_, j) => service(`s${i}-${j}`, [port])),
    ingress(`ingress${i}`, {
      [host]: paths.map(({ text, type }, j): IngressPath => [text, `s${i}-${j}`, type]),
    }),
  ]);
  return documents(...proxies, ...rest);
}

/** The token that `explain` names. */
function explained({ route: found }: ExplainAnswer): string {
  return found === null ? '404' : `${found.origin.name} ${found.origin.field}`;
}

test('the gateway, explain and a model of the rules agree on every route', async (t) => {
  const upstream = await echoUpstream(t, 'web');
  const gateway = await startTestGateway(t, {
    manifests: {},
    // Tells which Service a request was for.
    compile: {
      applyHeadersToIngress: true,
      requestHeaders: { set: { 'x-service': '%CONTOUR_SERVICE_NAME%' }, remove: [] },
    },
  });
  /** The token of the route that answers over the wire. */
  const served = async ({ host, path: target, headers }: ModelRequest): Promise<string> => {
    const reply = await ask(t, gateway.http, { host, path: target, headers });
    if (reply.status === 404) return '404';
    assert.equal(reply.status, 200);
    if (reply.from === '') return reply.body;
    const [, i = '', j = ''] = /\r\nx-service: s(\d+)-(\d+)\r\n/.exec(reply.forwarded) ?? [];
    return `ingress${i} spec.rules[0].http.paths[${j}]`;
  };
  let version = 0;
  await fc.assert(
    fc.asyncProperty(objects, async (set) => {
      version++;
      const mark = String(version);
      const marker = rootProxy(
        'mark',
        'mark.example',
        `  routes: [{directResponsePolicy: {statusCode: 200, body: "${mark}"}}]`,
      );
      await gateway.write('all.yaml', documents(marker, manifest(set, upstream.port)));
      await gateway.until(async () => (await ask(t, gateway.http, { host: 'mark.example' })).body === mark);
      // From scratch, while the gateway compiled what changed.
      const { result } = await compileManifests([gateway.directory], DEFAULT_COMPILE);
      const snapshot = { hosts: result.snapshot.hosts, settings: DEFAULT_SETTINGS };
      for (const host of ASKED_HOSTS) {
        for (const target of ASKED_PATHS) {
          for (const headers of ASKED_HEADERS) {
            const request = { host, path: target, headers };
            const answer = explainRequest(
              { method: 'GET', url: `http://${host}${target}`, headers },
              { snapshot, locate: () => null },
            );
            assert.ok(answer.ok);
            const token = await served(request);
            const asked = JSON.stringify(request);
            assert.equal(token, explained(answer.value), `explain and gateway differ for ${asked}`);
            const best = bestRoutes(set, request);
            if (best.length === 0) assert.equal(token, '404', asked);
            else assert.ok(best.includes(token), `${token} is none of ${best} for ${asked}`);
          }
        }
      }
      const probe = { host: 'a.test', path: '/a', headers: ['x: 1'] };
      const url = new URL('/v1/explain?method=GET&url=http://a.test/a&header=x:+1', gateway.adminUrl);
      const answer = (await (await fetch(url)).json()) as ExplainAnswer;
      assert.equal(explained(answer), await served(probe));
    }),
    { seed: 20_260_401, numRuns: 15 },
  );
});
