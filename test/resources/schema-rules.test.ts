import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldError, Schema } from '../../src/resources/schema.ts';
import { checkRules, rulesOf, SCHEMA_RULES } from '../../src/resources/schema-rules.ts';

const holds: Readonly<Record<string, readonly object[]>> = {
  "!has(self.httpSettings) || (has(self.serviceType) && self.serviceType == 'http')": [
    {},
    { httpSettings: {}, serviceType: 'http' },
  ],
  '[has(self.exact), has(self.prefix), has(self.suffix), has(self.contains)].filter(given, given).size() == 1':
    [{ exact: '' }, { contains: 'a' }],
  'has(self.remoteJWKS) != has(self.localJWKS)': [{ remoteJWKS: {} }, { localJWKS: {} }],
  '!has(self.subjectNames) || self.subjectNames[0] == self.subjectName': [
    { subjectName: 'a' },
    { subjectName: 'a', subjectNames: ['a', 'b'] },
  ],
  "!has(self.pathType) || self.pathType == 'ImplementationSpecific' || self.path.startsWith('/')": [
    {},
    { pathType: 'ImplementationSpecific', path: 'a' },
    { pathType: 'Exact', path: '/' },
  ],
  "self.addressType == 'FQDN' || self.endpoints.all(e, e.addresses.all(a, isIP(a)))": [
    { addressType: 'FQDN', endpoints: [{ addresses: ['a.b'] }] },
    { addressType: 'IPv4' },
    { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }] },
    { addressType: 'IPv6', endpoints: [{ addresses: ['::1'] }] },
  ],
};
const broken: Readonly<Record<string, readonly object[]>> = {
  "!has(self.httpSettings) || (has(self.serviceType) && self.serviceType == 'http')": [
    { httpSettings: {} },
    { httpSettings: {}, serviceType: 'grpc' },
  ],
  '[has(self.exact), has(self.prefix), has(self.suffix), has(self.contains)].filter(given, given).size() == 1':
    [{}, { exact: 'a', suffix: 'b' }],
  'has(self.remoteJWKS) != has(self.localJWKS)': [{}, { remoteJWKS: {}, localJWKS: {} }],
  '!has(self.subjectNames) || self.subjectNames[0] == self.subjectName': [
    { subjectName: 'a', subjectNames: ['b', 'a'] },
  ],
  "!has(self.pathType) || self.pathType == 'ImplementationSpecific' || self.path.startsWith('/')": [
    { pathType: 'Prefix' },
    { pathType: 'Exact', path: 'a' },
  ],
  "self.addressType == 'FQDN' || self.endpoints.all(e, e.addresses.all(a, isIP(a)))": [
    { addressType: 'IPv4', endpoints: [{ addresses: ['::1'] }] },
    { addressType: 'IPv6', endpoints: [{ addresses: ['10.0.0.1'] }] },
    {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2', '010.0.0.1'] }],
    },
  ],
};

for (const [rule, check] of Object.entries(SCHEMA_RULES)) {
  test(`SCHEMA_RULES decides ${rule}`, () => {
    assert.ok(holds[rule] !== undefined && broken[rule] !== undefined, 'cases for this rule');
    for (const self of holds[rule]) assert.equal(check({ ...self }), true, JSON.stringify(self));
    for (const self of broken[rule]) assert.equal(check({ ...self }), false, JSON.stringify(self));
  });
}

const rule = 'has(self.remoteJWKS) != has(self.localJWKS)';
const item: Schema = { type: 'object', 'x-kubernetes-validations': [{ rule, message: 'one of them' }] };
const schema: Schema = { type: 'object', properties: { list: { type: 'array', items: item }, one: item } };

test('checkRules() applies rules wherever they stand and names the place', () => {
  const errors: FieldError[] = [];
  checkRules(schema, { list: [{ localJWKS: 1 }, {}], one: {} }, ['spec'], errors);
  assert.deepEqual(
    errors.map(({ message }) => message),
    ['spec.list[1]: Invalid value: one of them', 'spec.one: Invalid value: one of them'],
  );
});

test('checkRules() fails closed for a rule without a function', () => {
  const errors: FieldError[] = [];
  checkRules(
    { type: 'object', 'x-kubernetes-validations': [{ rule: 'true', message: 'no' }] },
    {},
    [],
    errors,
  );
  assert.equal(errors.length, 1);
});

test('rulesOf() finds the rules of all parts', () => {
  assert.deepEqual(rulesOf(schema), [rule, rule]);
});
