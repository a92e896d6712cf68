import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FilterContext } from '../../src/filters/filter.ts';
import { compileTemplate, withoutBreaks } from '../../src/filters/template.ts';
import type { TemplatePart } from '../../src/snapshot/filter.ts';
import { CLIENT, context } from './context.ts';

const variable = (name: string): TemplatePart => ({ kind: 'variable', name });
const field = (...names: string[]): TemplatePart => ({ kind: 'request-header', names, maxLength: 0 });
const text = (value: string): TemplatePart => ({ kind: 'text', text: value });

const CASES: readonly (readonly [string, readonly TemplatePart[], Partial<FilterContext>, string])[] = [
  ['a constant', [text('100%'), text('!')], {}, '100%!'],
  ['a constant in UTF-8', [text('é')], {}, '\xc3\xa9'],
  ['nothing', [], {}, ''],
  ['HOSTNAME', [variable('HOSTNAME')], {}, 'gw-1'],
  ['PROTOCOL', [variable('PROTOCOL')], { protocol: 'HTTP/2' }, 'HTTP/2'],
  ['REQ and text', [field('host'), text(' - '), variable('PROTOCOL')], {}, 'shop.test - HTTP/1.1'],
  ['REQ of a missing header', [field('missing'), text('ook')], {}, 'ook'],
  ['REQ of a header', [field('x')], { requestHeaders: ['x', '1', 'x', '2'] }, '1'],
  ['REQ with an alternative', [field('x', 'y')], { requestHeaders: ['y', '2'] }, '2'],
  ['REQ, the first that is there', [field('x', 'y')], { requestHeaders: ['y', '2', 'x', ''] }, ''],
  ['REQ of :method', [field(':method')], {}, 'GET'],
  ['REQ of :path', [field(':path')], {}, '/a?b=1'],
  ['REQ of :authority', [field(':authority')], {}, 'shop.test'],
  ['REQ of :scheme', [field(':scheme')], {}, 'https'],
  ['REQ of :scheme, plain', [field(':scheme')], { client: { ...CLIENT, secure: false } }, 'http'],
  [
    'REQ cut',
    [{ kind: 'request-header', names: ['x'], maxLength: 2 }],
    { requestHeaders: ['x', 'abc'] },
    'ab',
  ],
  ['a remote address', [variable('DOWNSTREAM_REMOTE_ADDRESS')], {}, '10.1.2.3:4567'],
  [
    'a remote IPv6 address',
    [variable('DOWNSTREAM_REMOTE_ADDRESS')],
    { client: { ...CLIENT, address: '::1' } },
    '[::1]:4567',
  ],
  ['no address', [variable('DOWNSTREAM_REMOTE_ADDRESS')], { client: { ...CLIENT, address: '' } }, ''],
  ['a remote address alone', [variable('DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT')], {}, '10.1.2.3'],
  ['a local address', [variable('DOWNSTREAM_LOCAL_ADDRESS')], {}, '10.0.0.1:8443'],
  ['a local address alone', [variable('DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT')], {}, '10.0.0.1'],
  ['a local port', [variable('DOWNSTREAM_LOCAL_PORT')], {}, '8443'],
  ['a TLS session', [variable('DOWNSTREAM_TLS_SESSION_ID')], {}, 'abcd'],
  ['a TLS cipher', [variable('DOWNSTREAM_TLS_CIPHER')], {}, 'TLS_AES_128_GCM_SHA256'],
  ['a TLS version', [variable('DOWNSTREAM_TLS_VERSION')], {}, 'TLSv1.3'],
  ['an upstream address', [variable('UPSTREAM_REMOTE_ADDRESS')], {}, '10.9.9.9:80'],
  ['response flags', [variable('RESPONSE_FLAGS')], { responseFlags: 'UF,URX' }, 'UF,URX'],
  ['no response flags', [variable('RESPONSE_FLAGS')], {}, '-'],
  ['what is not known here', [variable('DOWNSTREAM_PEER_SUBJECT'), text('.')], {}, '.'],
  ['no property of objects', [variable('constructor')], {}, ''],
  ['no line breaks, in a constant', [text('a\r\nb\0')], {}, 'ab'],
  [
    'no line breaks, in a value',
    [field('x')],
    { requestHeaders: ['x', 'a\r\nset-cookie: b'] },
    'aset-cookie: b',
  ],
  ['no line breaks, in parts', [text('a\n'), field('x')], { requestHeaders: ['x', '\0b'] }, 'ab'],
];

for (const [name, template, parts, expected] of CASES) {
  test(`compileTemplate() evaluates ${name}`, () => {
    assert.equal(compileTemplate(template, 'gw-1').evaluate(context(parts)), expected);
  });
}

test('compileTemplate() knows constants before the first request', () => {
  assert.equal(compileTemplate([text('a'), variable('HOSTNAME')], 'gw-1').constant, 'agw-1');
  assert.equal(compileTemplate([text('a'), variable('PROTOCOL')], 'gw-1').constant, null);
});

test('withoutBreaks() leaves other controls to the writer', () => {
  assert.equal(withoutBreaks('a\tb\x7f'), 'a\tb\x7f');
});
