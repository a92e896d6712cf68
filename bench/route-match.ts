/** Times finding a route among 1, 100 and 10,000, and the memory of a route: `node --expose-gc bench/route-match.ts`. */
import type { FilterDeps } from '../src/filters/registry.ts';
import { TokenVerifier } from '../src/filters/token-verifier.ts';
import { systemClock } from '../src/lib/clock.ts';
import type { MatchInput } from '../src/router/match-input.ts';
import { applyDelta } from '../src/router/table.ts';
import type { PathMatch } from '../src/snapshot/match.ts';
import type { Settings } from '../src/snapshot/snapshot.ts';
import type { Route, VirtualHost } from '../src/snapshot/virtual-host.ts';

const ROUNDS = 1_000_000;
const deps: FilterDeps = {
  clock: systemClock,
  tokens: new TokenVerifier({ clock: systemClock, askKeys: () => {} }),
  hostname: 'bench',
  cells: {
    worker: 0,
    metrics: new Float64Array(0),
    slot: () => -1,
    add() {},
    sum: () => 0,
    load: () => 0n,
    compareExchange: () => 0n,
  },
};

function route(path: PathMatch): Route {
  return {
    match: { path, headers: [], query: [] },
    action: { kind: 'respond', status: 200, body: '', error: null },
    filters: [],
    plain: 'serve',
    secure: 'serve',
    origin: { kind: 'HTTPProxy', namespace: 'bench', name: 'bench', field: 'spec.routes[0]' },
  };
}

function prefixHost(name: string, count: number): VirtualHost {
  const routes = Array.from({ length: count }, (_, i) =>
    route({ kind: 'prefix', value: count === 1 ? '/' : `/team-${i % 100}/service-${i}` }),
  );
  return { name, routes, upgradeFilters: [], tls: null };
}

function regexHost(name: string, count: number): VirtualHost {
  const routes = Array.from({ length: count }, (_, i) =>
    route({ kind: 'regex', pattern: `/v1/r${i}/[0-9]+/.*` }),
  );
  return { name, routes, upgradeFilters: [], tls: null };
}

function run(
  name: string,
  make: () => readonly VirtualHost[],
  requests: readonly { host: string; path: string }[],
): void {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const hosts = make();
  const startMs = systemClock.now();
  const none = { set: [], remove: [] };
  const table = applyDelta(
    null,
    {
      version: 1,
      settings: {} as Settings,
      hosts: { set: hosts, remove: [] },
      upstreams: none,
      endpoints: none,
      certificates: none,
      slots: none,
    },
    deps,
  );
  const buildMs = systemClock.now() - startMs;
  globalThis.gc?.();
  const routeCount = hosts.reduce((sum, host) => sum + host.routes.length, 0);
  const bytes = (process.memoryUsage().heapUsed - before) / routeCount;
  const inputs = requests.map(({ host, path }): MatchInput & { host: string } => {
    return { host, method: 'GET', path, query: '', authority: host, scheme: 'https', headers: [] };
  });
  let best = Number.POSITIVE_INFINITY;
  let found = 0;
  for (let round = 0; round < 5; round++) {
    const from = systemClock.now();
    for (let i = 0; i < ROUNDS; i++) {
      const input = inputs[i % inputs.length] as (typeof inputs)[number];
      if ((table.findHost(input.host)?.match(input, true) ?? null) !== null) found++;
    }
    best = Math.min(best, ((systemClock.now() - from) * 1e6) / ROUNDS);
  }
  if (found !== ROUNDS * 5) throw new Error(`${name}: some requests found no route`);
  const memory = globalThis.gc === undefined || routeCount < 100 ? '' : `, ${bytes.toFixed(0)} bytes a route`;
  console.log(`${name}: ${best.toFixed(1)} ns, built in ${buildMs.toFixed(0)} ms${memory}`);
}

const paths = (count: number, host: string) =>
  Array.from({ length: Math.min(count, 1000) }, (_, k) => {
    const i = Math.floor((k * count) / Math.min(count, 1000));
    return { host, path: count === 1 ? '/api/items/1' : `/team-${i % 100}/service-${i}/items/1` };
  });

run('1 prefix route', () => [prefixHost('a.test', 1)], paths(1, 'a.test'));
run('100 on one host', () => [prefixHost('a.test', 100)], paths(100, 'a.test'));
run('10,000 on one host', () => [prefixHost('a.test', 10_000)], paths(10_000, 'a.test'));
const hostNames = Array.from({ length: 1000 }, (_, i) => `host-${i}.example.com`);
run(
  '10,000 on 1,000 hosts',
  () => hostNames.map((name) => prefixHost(name, 10)),
  hostNames.map((host, i) => ({ host, path: `/team-${i % 10}/service-${i % 10}/x` })),
);
run(
  '1,000 hosts under wildcards',
  () => hostNames.map((name) => prefixHost(`*.${name}`, 1)),
  hostNames.map((name) => ({ host: `www.${name}`, path: '/x' })),
);
run('1 pattern', () => [regexHost('a.test', 1)], [{ host: 'a.test', path: '/v1/r0/33/items' }]);
run('10,000 patterns on one host', () => [regexHost('a.test', 10_000)], [
  { host: 'a.test', path: '/v1/r77/33/items' },
]);
