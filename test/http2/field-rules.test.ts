import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FIELD, fieldMeaning } from '../../src/http2/field-rules.ts';
import { SPECIAL_NAMES } from '../../src/http2/hpack/field-kind.ts';

describe('fieldMeaning()', () => {
  test('has a meaning for no name that the decoder does not mark', () => {
    const marked = SPECIAL_NAMES.filter((name) => fieldMeaning(name) !== FIELD.ordinary);
    assert.equal(marked.length, 12);
    assert.equal(fieldMeaning('x'), FIELD.ordinary);
    assert.equal(fieldMeaning('transfer-encoding'), FIELD.forbidden);
  });
});
