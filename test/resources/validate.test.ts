import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { accept, proxy, refusals, validator } from './sample-objects.ts';

const FQDN_WORDS =
  'must be lower-case DNS labels: letters a-z, digits and inner "-", joined by ".", after "*." for a wildcard';
const DURATION_WORDS = 'must be a duration, as "500ms" or "1h30m"';

const route = (fields: object): object => proxy('web', { routes: [fields] });
const service = (fields: object): object => route({ services: [{ name: 'a', port: 80, ...fields }] });
const host = (fields: object): object => proxy('web', { virtualhost: { fqdn: 'a.example.com', ...fields } });
const validation = (fields: object): object =>
  service({ validation: { caSecret: 'ca', subjectName: 'a', ...fields } });
const auth = (fields: object): object => host({ authorization: fields });
const cors = (fields: object): object =>
  host({ corsPolicy: { allowOrigin: ['*'], allowMethods: ['GET'], ...fields } });
const jwt = (fields: object): object =>
  host({ jwtProviders: [{ name: 'a', localJWKS: { secretName: 'a', key: 'b' }, ...fields }] });
const local = (fields: object): object =>
  host({ rateLimitPolicy: { local: { requests: 1, unit: 'second', ...fields } } });
const entry = (fields: object): object =>
  host({ rateLimitPolicy: { global: { descriptors: [{ entries: [fields] }] } } });
const cookie = (fields: object): object => route({ cookieRewritePolicies: [{ name: 'a', ...fields }] });
const slow = (fields: object): object => service({ slowStartPolicy: { window: '1s', ...fields } });
const health = (fields: object): object => route({ healthCheckPolicy: { path: '/', ...fields } });
const base = (apiVersion: string, kind: string, fields: object): object => ({
  apiVersion,
  kind,
  metadata: { name: 'a' },
  ...fields,
});
const ingress = (spec: unknown): object => base('networking.k8s.io/v1', 'Ingress', { spec });
const path = (fields: object): object =>
  ingress({ rules: [{ http: { paths: [{ backend: { service: { name: 'a' } }, ...fields }] } }] });
const slice = (fields: object): object =>
  base('discovery.k8s.io/v1', 'EndpointSlice', { addressType: 'IPv4', ...fields });
const kubeService = (spec: unknown): object => base('v1', 'Service', { spec });
const secret = (fields: object): object => base('v1', 'Secret', fields);
const extension = (spec: object): object =>
  base('projectcontour.io/v1alpha1', 'ExtensionService', {
    spec: { services: [{ name: 'a', port: 1 }], ...spec },
  });

const refused: readonly { name: string; object: unknown; text: string }[] = [
  { name: 'no map', object: ['a'], text: 'Invalid value: an object must be a map' },
  {
    name: 'no kind',
    object: { apiVersion: 'v1' },
    text: 'kind: Required value: every object names its apiVersion and kind',
  },
  {
    name: 'no spec',
    object: { ...proxy('web'), spec: undefined },
    text: 'Invalid value: undefined is no value in JSON',
  },
  {
    name: 'a spec that is null',
    object: { ...proxy('web'), spec: null },
    text: 'spec: Invalid value: null: must be an object: give a value or remove the field',
  },
  {
    name: 'no FQDN',
    object: proxy('web', { virtualhost: {} }),
    text: 'spec.virtualhost.fqdn: Required value: add the field',
  },
  {
    name: 'an FQDN with a port',
    object: host({ fqdn: 'a.b:80' }),
    text: `spec.virtualhost.fqdn: Invalid value: "a.b:80": ${FQDN_WORDS}`,
  },
  {
    name: 'an FQDN of a star',
    object: host({ fqdn: '*' }),
    text: `spec.virtualhost.fqdn: Invalid value: "*": ${FQDN_WORDS}`,
  },
  {
    name: 'an empty caSecret',
    object: host({ tls: { clientValidation: { caSecret: '' } } }),
    text: 'spec.virtualhost.tls.clientValidation.caSecret: Invalid value: "": must not be empty',
  },
  {
    name: 'an unknown serviceType',
    object: auth({ serviceType: 'tcp' }),
    text: 'spec.virtualhost.authorization.serviceType: Unsupported value: "tcp": must be one of "http", "grpc"',
  },
  {
    name: 'httpSettings for gRPC',
    object: auth({ httpSettings: {} }),
    text: 'spec.virtualhost.authorization: Invalid value: httpSettings needs serviceType http',
  },
  {
    name: 'a header matcher with two operators',
    object: auth({
      serviceType: 'http',
      httpSettings: { allowedUpstreamHeaders: [{ exact: 'a', prefix: 'b' }] },
    }),
    text: 'spec.virtualhost.authorization.httpSettings.allowedUpstreamHeaders[0]: Invalid value: exactly one of exact, prefix, suffix, contains must be given',
  },
  {
    name: 'a header matcher without operator',
    object: auth({
      serviceType: 'http',
      httpSettings: { allowedAuthorizationHeaders: [{ ignoreCase: true }] },
    }),
    text: 'spec.virtualhost.authorization.httpSettings.allowedAuthorizationHeaders[0]: Invalid value: exactly one of exact, prefix, suffix, contains must be given',
  },
  {
    name: 'a buffer of no bytes',
    object: auth({ withRequestBody: { maxRequestBytes: 0 } }),
    text: 'spec.virtualhost.authorization.withRequestBody.maxRequestBytes: Invalid value: 0: must be at least 1',
  },
  {
    name: 'CORS without origin',
    object: cors({ allowOrigin: [] }),
    text: 'spec.virtualhost.corsPolicy.allowOrigin: Invalid value: (a list): must not be empty',
  },
  {
    name: 'a CORS method with a space',
    object: cors({ allowMethods: ['A B'] }),
    text: 'spec.virtualhost.corsPolicy.allowMethods[0]: Invalid value: "A B": must be a token: letters, digits and !#$%&\'*+.^_`|~-',
  },
  {
    name: 'a CORS maxAge of infinity',
    object: cors({ maxAge: 'infinity' }),
    text: `spec.virtualhost.corsPolicy.maxAge: Invalid value: "infinity": ${DURATION_WORDS}, or "0"`,
  },
  {
    name: 'two sources of keys',
    object: jwt({ remoteJWKS: { uri: 'a' } }),
    text: 'spec.virtualhost.jwtProviders[0]: Invalid value: exactly one of remoteJWKS, localJWKS must be given',
  },
  {
    name: 'no source of keys',
    object: host({ jwtProviders: [{ name: 'a' }] }),
    text: 'spec.virtualhost.jwtProviders[0]: Invalid value: exactly one of remoteJWKS, localJWKS must be given',
  },
  {
    name: 'an IP filter without source',
    object: route({ ipAllowPolicy: [{ cidr: '1.1.1.1' }] }),
    text: 'spec.routes[0].ipAllowPolicy[0].source: Required value: add the field',
  },
  {
    name: 'a limit of no requests',
    object: local({ requests: 0 }),
    text: 'spec.virtualhost.rateLimitPolicy.local.requests: Invalid value: 0: must be at least 1',
  },
  {
    name: 'a limit above 32 bits',
    object: local({ requests: 2 ** 31 }),
    text: 'spec.virtualhost.rateLimitPolicy.local.requests: Invalid value: 2147483648: must be an integer of 32 bits',
  },
  {
    name: 'a limit with status 200',
    object: local({ responseStatusCode: 200 }),
    text: 'spec.virtualhost.rateLimitPolicy.local.responseStatusCode: Invalid value: 200: must be at least 400',
  },
  {
    name: 'an empty generic value',
    object: entry({ genericKey: { value: '' } }),
    text: 'spec.virtualhost.rateLimitPolicy.global.descriptors[0].entries[0].genericKey.value: Invalid value: "": must not be empty',
  },
  {
    name: 'a header condition without name',
    object: route({ conditions: [{ header: { present: true } }] }),
    text: 'spec.routes[0].conditions[0].header.name: Required value: add the field',
  },
  {
    name: 'an include without name',
    object: proxy('web', { includes: [{ namespace: 'a' }] }),
    text: 'spec.includes[0].name: Required value: add the field',
  },
  {
    name: 'a timeout of a bare zero',
    object: route({ timeoutPolicy: { response: '0' } }),
    text: `spec.routes[0].timeoutPolicy.response: Invalid value: "0": ${DURATION_WORDS}, or "infinity"`,
  },
  {
    name: 'an empty timeout',
    object: route({ timeoutPolicy: { idle: '' } }),
    text: `spec.routes[0].timeoutPolicy.idle: Invalid value: "": ${DURATION_WORDS}, or "infinity"`,
  },
  {
    name: 'a timeout that is a number',
    object: route({ timeoutPolicy: { idle: 5 } }),
    text: 'spec.routes[0].timeoutPolicy.idle: Invalid value: 5: must be a string: put it in quotes',
  },
  {
    name: 'a retry count of -2',
    object: route({ retryPolicy: { count: -2 } }),
    text: 'spec.routes[0].retryPolicy.count: Invalid value: -2: must be at least -1',
  },
  {
    name: 'a health check without path',
    object: route({ healthCheckPolicy: {} }),
    text: 'spec.routes[0].healthCheckPolicy.path: Required value: add the field',
  },
  {
    name: 'a status range that begins at 99',
    object: health({ expectedStatuses: [{ start: 99, end: 200 }] }),
    text: 'spec.routes[0].healthCheckPolicy.expectedStatuses[0].start: Invalid value: 99: must be at least 100',
  },
  {
    name: 'a redirect with status 300',
    object: route({ requestRedirectPolicy: { statusCode: 300 } }),
    text: 'spec.routes[0].requestRedirectPolicy.statusCode: Unsupported value: 300: must be one of 301, 302, 303, 307, 308',
  },
  {
    name: 'a redirect to a relative path',
    object: route({ requestRedirectPolicy: { path: 'a' } }),
    text: 'spec.routes[0].requestRedirectPolicy.path: Invalid value: "a": must start with "/"',
  },
  {
    name: 'a direct response with status 199',
    object: route({ directResponsePolicy: { statusCode: 199 } }),
    text: 'spec.routes[0].directResponsePolicy.statusCode: Invalid value: 199: must be at least 200',
  },
  {
    name: 'a cookie name with a semicolon',
    object: cookie({ name: 'a;b' }),
    text: 'spec.routes[0].cookieRewritePolicies[0].name: Invalid value: "a;b": must be a token: no spaces, no ()<>@,;:\\"/[]?={}',
  },
  {
    name: 'a cookie path with a semicolon',
    object: cookie({ pathRewrite: { value: '/;x' } }),
    text: 'spec.routes[0].cookieRewritePolicies[0].pathRewrite.value: Invalid value: "/;x": must hold no ";" and no control characters',
  },
  {
    name: 'port 0',
    object: service({ port: 0 }),
    text: 'spec.routes[0].services[0].port: Invalid value: 0: must be at least 1',
  },
  {
    name: 'port 65536',
    object: service({ port: 65536 }),
    text: 'spec.routes[0].services[0].port: Invalid value: 65536: must be at most 65535',
  },
  {
    name: 'a port in quotes',
    object: service({ port: '80' }),
    text: 'spec.routes[0].services[0].port: Invalid value: "80": must be an integer: remove the quotes',
  },
  {
    name: 'a weight below 0',
    object: service({ weight: -1 }),
    text: 'spec.routes[0].services[0].weight: Invalid value: -1: must be at least 0',
  },
  {
    name: 'nine subject names',
    object: validation({ subjectNames: Array(9).fill('a') }),
    text: 'spec.routes[0].services[0].validation.subjectNames: Invalid value: (a list): must have a length of at most 8',
  },
  {
    name: 'another first subject name',
    object: validation({ subjectNames: ['b', 'a'] }),
    text: 'spec.routes[0].services[0].validation: Invalid value: subjectNames[0] must be the same as subjectName',
  },
  {
    name: 'a slow start of infinity',
    object: slow({ window: 'infinity' }),
    text: `spec.routes[0].services[0].slowStartPolicy.window: Invalid value: "infinity": ${DURATION_WORDS}`,
  },
  {
    name: 'an aggression that is no decimal',
    object: slow({ aggression: '1,0' }),
    text: 'spec.routes[0].services[0].slowStartPolicy.aggression: Invalid value: "1,0": must be a decimal number, as "1.5"',
  },
  {
    name: 'an ExtensionService over HTTP/3',
    object: extension({ protocol: 'h3' }),
    text: 'spec.protocol: Unsupported value: "h3": must be one of "h2", "h2c", "http/1.1"',
  },
  {
    name: 'an ExtensionService without services',
    object: extension({ services: [] }),
    text: 'spec.services: Invalid value: (a list): must not be empty',
  },
  {
    name: 'a delegation of nothing',
    object: base('projectcontour.io/v1', 'TLSCertificateDelegation', { spec: { delegations: [] } }),
    text: 'spec.delegations: Invalid value: (a list): must not be empty',
  },
  {
    name: 'an Ingress host with a port',
    object: ingress({ rules: [{ host: 'a:80' }] }),
    text: `spec.rules[0].host: Invalid value: "a:80": ${FQDN_WORDS}; or empty`,
  },
  {
    name: 'an exact path without slash',
    object: path({ pathType: 'Exact', path: 'a' }),
    text: 'spec.rules[0].http.paths[0]: Invalid value: path must start with "/" when pathType is Exact or Prefix',
  },
  {
    name: 'an unknown pathType',
    object: path({ pathType: 'Regex' }),
    text: 'spec.rules[0].http.paths[0].pathType: Unsupported value: "Regex": must be one of "Exact", "Prefix", "ImplementationSpecific"',
  },
  {
    name: 'a Service port without number',
    object: kubeService({ ports: [{ name: 'a' }] }),
    text: 'spec.ports[0].port: Required value: add the field',
  },
  {
    name: 'an endpoint of another family',
    object: slice({ endpoints: [{ addresses: ['::1'] }] }),
    text: 'Invalid value: endpoints[].addresses must hold only IP addresses of the family that addressType names',
  },
  {
    name: 'an endpoint that is a name',
    object: slice({ endpoints: [{ addresses: ['localhost'] }] }),
    text: 'Invalid value: endpoints[].addresses must hold only IP addresses of the family that addressType names',
  },
  {
    name: 'an endpoint without address',
    object: slice({ endpoints: [{ addresses: [] }] }),
    text: 'endpoints[0].addresses: Invalid value: (a list): must not be empty',
  },
  {
    name: 'a ConfigMap with a number',
    object: base('v1', 'ConfigMap', { data: { a: 1 } }),
    text: 'data.a: Invalid value: 1: must be a string: put it in quotes',
  },
  {
    name: 'a Secret that is no base64',
    object: secret({ data: { 'tls.key': 'hunter2!' } }),
    text: 'data["tls.key"]: Invalid value: must be base64; plain text belongs into stringData (Secret) or data (ConfigMap)',
  },
  {
    name: 'a Secret with a number',
    object: secret({ stringData: { pin: 4711 } }),
    text: 'stringData.pin: Invalid value: must be a string: put it in quotes',
  },
];

for (const { name, object, text } of refused) {
  test(`validate() refuses ${name}`, () => {
    assert.deepEqual(refusals(object), [text]);
  });
}

const accepted: readonly { name: string; object: object }[] = [
  { name: 'a wildcard FQDN', object: host({ fqdn: '*.example.com' }) },
  { name: 'a child with nothing', object: { ...proxy('web'), spec: {} } },
  {
    name: 'a unit without digits, which the compiler refuses',
    object: route({ timeoutPolicy: { response: 'h' } }),
  },
  {
    name: 'a timeout of several parts',
    object: route({ timeoutPolicy: { response: '1h30.5m', idle: '10µs' } }),
  },
  { name: 'infinity', object: route({ timeoutPolicy: { response: 'infinity', idle: 'infinite' } }) },
  { name: 'a strategy that it does not know', object: route({ loadBalancerPolicy: { strategy: 'x' } }) },
  {
    name: 'paths that the compiler refuses',
    object: route({ conditions: [{ prefix: 'a' }, { exact: '' }, { regex: '(' }] }),
  },
  { name: 'httpSettings for HTTP', object: auth({ serviceType: 'http', httpSettings: {} }) },
  {
    name: 'subject names that begin with the subject name',
    object: validation({ subjectNames: ['a', 'b'] }),
  },
  { name: 'a CORS maxAge of 0', object: cors({ maxAge: '0' }) },
  { name: 'an Ingress path without type', object: path({ path: 'a' }) },
  {
    name: 'an EndpointSlice as the API server writes an empty one',
    object: slice({ endpoints: null, ports: null }),
  },
  {
    name: 'an endpoint with a null condition',
    object: slice({ endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: null } }] }),
  },
  { name: 'a Namespace', object: base('v1', 'Namespace', { spec: { finalizers: ['kubernetes'] } }) },
  {
    name: 'an IngressClass',
    object: base('networking.k8s.io/v1', 'IngressClass', { spec: { controller: 'sluice.dev/gateway' } }),
  },
];

for (const { name, object } of accepted) {
  test(`validate() accepts ${name}`, () => {
    accept(object);
  });
}

test('validate() fills in the defaults of the schema', () => {
  const object = accept(
    proxy('web', {
      virtualhost: { fqdn: 'a.b', authorization: { withRequestBody: {} } },
      routes: [
        {
          retryPolicy: {},
          requestRedirectPolicy: {},
          internalRedirectPolicy: {},
          services: [{ name: 'a', port: 1, slowStartPolicy: { window: '1s' } }],
        },
      ],
    }),
  );
  assert.deepEqual(object, {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      virtualhost: {
        fqdn: 'a.b',
        authorization: { serviceType: 'grpc', withRequestBody: { maxRequestBytes: 1024 } },
      },
      routes: [
        {
          retryPolicy: { count: 1 },
          requestRedirectPolicy: { statusCode: 302 },
          internalRedirectPolicy: { allowCrossSchemeRedirect: 'Never' },
          services: [
            {
              name: 'a',
              port: 1,
              slowStartPolicy: { window: '1s', aggression: '1.0', minWeightPercent: 10 },
            },
          ],
        },
      ],
    },
    status: { currentStatus: 'NotReconciled', description: 'Waiting for controller' },
  });
});

test('validate() drops the status of a manifest', () => {
  const object = accept({ ...proxy('web'), status: { currentStatus: 'valid', nonsense: 1 } });
  assert.deepEqual('status' in object ? object.status : null, {
    currentStatus: 'NotReconciled',
    description: 'Waiting for controller',
  });
});

test('validate() leaves out unknown fields with a warning that names the nearest known one', () => {
  const given = { ...proxy('web', { route: [], routes: [{ timeoutPolicy: { respnose: '1s' } }] }), data: 1 };
  const result = validator.validate(given);
  assert.equal(result.verdict, 'accepted');
  assert.deepEqual(result.warnings, [
    'spec.route: Unknown field is ignored: did you mean "routes"?',
    'spec.routes[0].timeoutPolicy.respnose: Unknown field is ignored: did you mean "response"?',
    'data: Unknown field is ignored: remove it',
  ]);
  assert.equal('data' in result.object, false);
});

test('validate() keeps fields of built-in kinds that it does not read', () => {
  const object = accept(kubeService({ sessionAffinity: 'None', ports: [{ port: 80, targetPort: 'http' }] }));
  assert.deepEqual('spec' in object ? object.spec : null, {
    sessionAffinity: 'None',
    type: 'ClusterIP',
    ports: [{ port: 80, targetPort: 'http', protocol: 'TCP' }],
  });
});

test('validate() merges stringData into data, where it wins', () => {
  const object = accept(secret({ data: { a: 'YQ==', b: 'Yg==' }, stringData: { b: 'ö' } }));
  assert.deepEqual(object, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a', namespace: 'default' },
    type: 'Opaque',
    data: { a: 'YQ==', b: 'w7Y=' },
  });
});

test('validate() keeps keys that have a meaning in JavaScript as plain data', () => {
  const labels = JSON.parse('{"__proto__": "a", "constructor": "b"}');
  const object = accept({ ...proxy('web'), metadata: { name: 'web', labels } });
  assert.deepEqual(Object.entries(object.metadata?.labels ?? {}), [
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
  const polluting = JSON.parse('{"__proto__": {"routes": []}, "virtualhost": {"fqdn": "a.b"}}');
  const pruned = accept({ ...proxy('web'), spec: polluting });
  assert.deepEqual('spec' in pruned ? pruned.spec : null, { virtualhost: { fqdn: 'a.b' } });
  const kind = validator.validate({ apiVersion: 'v1', kind: 'constructor', metadata: { name: 'a' } });
  assert.deepEqual(kind, { verdict: 'ignored', hint: null });
});

test('validate() ignores kinds of others, with a hint where one of ours may be meant', () => {
  const hintOf = (apiVersion: string, kind: string): string | null | undefined => {
    const result = validator.validate({ apiVersion, kind, metadata: { name: 'a' } });
    return result.verdict === 'ignored' ? result.hint : undefined;
  };
  assert.equal(hintOf('apps/v1', 'Deployment'), null);
  assert.match(hintOf('extensions/v1beta1', 'Ingress') ?? '', /change apiVersion to networking\.k8s\.io\/v1/);
  assert.match(hintOf('projectcontour.io/v1', 'HttpProxy') ?? '', /did you mean "HTTPProxy"/);
});

test('validate() bounds the errors that it tells', () => {
  const texts = refusals(proxy('web', { routes: Array(1000).fill(7) }));
  assert.equal(texts.length, 51);
  assert.equal(texts.at(-1), 'and 950 more errors');
});

test('validate() refuses objects without bound', () => {
  const circular: Record<string, unknown> = proxy('web');
  circular.spec = circular;
  assert.match(refusals(circular)[0] ?? '', /nested deeper than 64 levels/);
  assert.match(refusals(proxy('web', { a: 'x'.repeat(4_000_000) }))[0] ?? '', /larger than 3145728 bytes/);
});

test('validate() never throws, changes nothing, and accepts what it has accepted', () => {
  const specOf = fc.object({
    maxDepth: 4,
    key: fc.constantFrom(
      'virtualhost',
      'fqdn',
      'routes',
      'services',
      'spec',
      'rules',
      'ports',
      'name',
      '__proto__',
      'conditions',
    ),
  });
  const kinds = fc.constantFrom(proxy('a'), ingress({}), kubeService({}), slice({}), secret({}));
  fc.assert(
    fc.property(kinds, specOf, (object, spec) => {
      const given = { ...object, spec, endpoints: spec, data: spec };
      const before = structuredClone(given);
      const result = validator.validate(given);
      assert.deepEqual(given, before);
      if (result.verdict === 'accepted') assert.deepEqual(accept(result.object), result.object);
    }),
    { numRuns: 300, seed: 1 },
  );
});

test('no refusal of a Secret shows a value of it', () => {
  const values = [
    'hunter2!',
    4711,
    ['hunter2!'],
    { a: 'hunter2!' },
    null,
    true,
    'hunter2hunter2hunter'.repeat(9),
  ];
  for (const value of values) {
    for (const object of [
      secret({ data: { k: value } }),
      secret({ stringData: { k: value } }),
      secret({ data: value }),
      secret({ stringData: value }),
      secret({ type: value }),
    ]) {
      const result = validator.validate(object);
      if (result.verdict === 'refused') assert.doesNotMatch(JSON.stringify(result.errors), /hunter2|4711/);
    }
  }
});
