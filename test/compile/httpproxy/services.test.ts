import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileServices } from '../../../src/compile/httpproxy/services.ts';
import type { ServiceSpec } from '../../../src/compile/httpproxy/spec.ts';
import { backend } from '../compiler-harness.ts';
import { findings } from '../findings.ts';
import { rootContext } from './root-context.ts';

const OPTIONS = {
  namespace: 'default',
  balancer: 'round-robin',
  strategy: '',
  cookies: null,
  idleConnectionMs: 4000,
  healthChecked: false,
} as const;
const YAML = `${backend('web')}---${backend('api')}`;

function compile(services: ServiceSpec[], options: Partial<typeof OPTIONS> = {}) {
  return findings((place) =>
    compileServices(rootContext(place, YAML), services, { place, options: { ...OPTIONS, ...options } }),
  );
}

const web = { name: 'web', port: 80 };
const api = { name: 'api', port: 80 };
const none = { name: 'none', port: 80 };

test('compileServices() weighs by the user words, not by what is left', () => {
  const cases: [ServiceSpec[], number[]][] = [
    [
      [web, api],
      [1, 1],
    ],
    [
      [
        { ...web, weight: 0 },
        { ...api, weight: 0 },
      ],
      [1, 1],
    ],
    [
      [{ ...web, weight: 9 }, api],
      [9, 0],
    ],
    [
      [
        { ...web, weight: 2 ** 40 },
        { ...api, weight: 1.9 },
      ],
      [4_294_967_295, 1],
    ],
    [[none, api], [1]],
    [
      [
        { ...none, weight: 100 },
        { ...api, weight: 0 },
      ],
      [],
    ],
    [[none], []],
  ];
  for (const [services, weights] of cases) {
    const { backends } = compile(services).value;
    assert.deepEqual(
      backends.map(({ weight }) => weight),
      weights,
    );
  }
});

test('compileServices() takes one mirror, by percent', () => {
  const mirror = (weight?: number): ServiceSpec => ({
    ...api,
    mirror: true,
    ...(weight === undefined ? {} : { weight }),
  });
  for (const [weight, percent] of [
    [undefined, 100],
    [0, 100],
    [10, 10],
    [500, 100],
  ] as const) {
    assert.deepEqual(compile([web, mirror(weight)]).value.mirror, { upstream: 'default/api/80', percent });
  }
  assert.deepEqual(compile([web, mirror(), mirror()]).reports, [
    'error ServiceError/OnlyOneMirror at.services[2].mirror',
  ]);
});

test('compileServices() does not let a mirror decide about weights', () => {
  const { backends } = compile([web, { ...api, mirror: true, weight: 50 }]).value;
  assert.deepEqual(
    backends.map(({ weight }) => weight),
    [1],
  );
});

test('compileServices() looks at healthPort only when health is checked', () => {
  const odd = { ...web, healthPort: 81 };
  assert.deepEqual(compile([odd]).reports, []);
  assert.deepEqual(compile([odd], { healthChecked: true } as never).reports, [
    'error ServiceError/ServiceUnresolvedReference at.services[0]',
  ]);
});

test('compileServices() gives services of one route the protocols that they speak', () => {
  const { value, reports } = compile([{ ...web, protocol: 'h2c' }, { ...web, protocol: 'h2' }, api]);
  assert.equal(value.unsupported, false);
  assert.equal(new Set(value.backends.map(({ upstream }) => upstream)).size, 3);
  assert.deepEqual(reports, []);
});
