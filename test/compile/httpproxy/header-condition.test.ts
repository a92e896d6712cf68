import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHeaderCondition } from '../../../src/compile/httpproxy/header-condition.ts';
import { findings } from '../findings.ts';

type Condition = Parameters<typeof readHeaderCondition>[0];
const read = (condition: Condition) => findings((place) => readHeaderCondition(condition, place));

test('readHeaderCondition() takes the first operator in the listed order', () => {
  const all = {
    name: 'X-A',
    present: true,
    notpresent: true,
    contains: 'c',
    notcontains: 'nc',
    exact: 'e',
    notexact: 'ne',
    regex: 'r',
  };
  const expected = [
    ['present', '', false],
    ['present', '', true],
    ['contains', 'c', false],
    ['contains', 'nc', true],
    ['exact', 'e', false],
    ['exact', 'ne', true],
    ['regex', 'r', false],
  ];
  const operators = ['present', 'notpresent', 'contains', 'notcontains', 'exact', 'notexact', 'regex'];
  for (const [index, [op, value, negate]] of expected.entries()) {
    const left = Object.entries(all).filter(([key]) => !operators.slice(0, index).includes(key));
    const found = read(Object.fromEntries(left) as unknown as Condition).value;
    assert.deepEqual([found?.name, found?.op, found?.value, found?.negate], ['x-a', op, value, negate]);
  }
});

test('readHeaderCondition() gives modifiers only where they count', () => {
  const modifiers = { name: 'a', ignoreCase: true, treatMissingAsEmpty: true };
  const flags = (condition: Condition) => {
    const { value } = read(condition);
    return [value?.ignoreCase, value?.treatMissingAsEmpty];
  };
  assert.deepEqual(flags({ ...modifiers, exact: 'x' }), [true, false]);
  assert.deepEqual(flags({ ...modifiers, notexact: 'x' }), [true, true]);
  assert.deepEqual(flags({ ...modifiers, regex: 'x' }), [false, false]);
  assert.deepEqual(flags({ ...modifiers, notpresent: true }), [false, false]);
});

test('readHeaderCondition() rejects no name, no operator and a bad regex', () => {
  const cases: Condition[] = [
    { name: '', exact: 'a' },
    { name: 'a' },
    { name: 'a', present: false, exact: '' },
    { name: 'a', regex: '(' },
    { name: 'a', regex: '(?=a)' },
  ];
  for (const condition of cases) {
    const { value, reports } = read(condition);
    assert.equal(value, null);
    assert.deepEqual(reports, ['error RouteError/HeaderMatchConditionsNotValid at']);
  }
});
