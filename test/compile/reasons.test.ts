import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectOf, REASONS, reasonCode } from '../../src/compile/reasons.ts';

// That each effect is what the traffic sees is held by golden.test.ts, one pair a reason.

test('REASONS are pairs of a type and a reason', () => {
  for (const code of Object.keys(REASONS)) assert.match(code, /^[A-Za-z]+\/[A-Za-z]+$/);
});

test('effectOf() distinguishes levels where the table does', () => {
  assert.equal(effectOf('IPFilterError/InvalidCIDR', 'host'), 'host-off');
  assert.equal(effectOf('IPFilterError/InvalidCIDR', 'route'), 'route-503');
  assert.equal(effectOf('RouteError/HeaderMatchConditionsNotValid', 'include'), 'include-skipped');
  assert.equal(effectOf('ServiceError/TLSUpstreamValidation', 'host'), null);
  assert.equal(effectOf('SpecError/NothingDefined', 'route'), 'host-off');
});

test('reasonCode() knows the table and nothing else', () => {
  assert.equal(reasonCode('TLSError', 'SecretNotValid'), 'TLSError/SecretNotValid');
  assert.equal(reasonCode('TLSError', 'Other'), null);
  assert.equal(reasonCode('toString', ''), null);
});
