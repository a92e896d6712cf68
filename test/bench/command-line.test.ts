import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBenchCommand, UsageError } from '../../bench/lib/command-line.ts';

const known = { cases: ['small', 'tls'], peers: ['nginx', 'envoy'] };
const usual = { rounds: 3, seconds: 8 };

const UNDERSTOOD = [
  { typed: '', meant: { kind: 'list' } },
  { typed: 'results', meant: { kind: 'results' } },
  { typed: 'all', meant: { kind: 'all', ...usual } },
  { typed: 'tls small', meant: { kind: 'some', cases: ['tls', 'small'], ...usual } },
  {
    typed: 'small --rounds 1 --seconds 20',
    meant: { kind: 'some', cases: ['small'], rounds: 1, seconds: 20 },
  },
  {
    typed: 'all --against nginx,envoy',
    meant: { kind: 'all', ...usual, against: ['nginx', 'envoy'] },
  },
  { typed: 'small --against=', meant: { kind: 'some', cases: ['small'], ...usual, against: [] } },
  { typed: 'compare HEAD~2', meant: { kind: 'compare', ref: 'HEAD~2', cases: ['small'], ...usual } },
  { typed: 'compare v1 tls', meant: { kind: 'compare', ref: 'v1', cases: ['tls'], ...usual } },
];

for (const { typed, meant } of UNDERSTOOD) {
  test(`readBenchCommand() understands "${typed}"`, () => {
    assert.deepEqual(readBenchCommand(words(typed), known), meant);
  });
}

const REFUSED = [
  { typed: 'smal', says: /no case "smal": it is one of small, tls/ },
  { typed: 'compare', says: /compare needs a commit/ },
  { typed: 'compare HEAD smal', says: /no case "smal"/ },
  { typed: 'compare HEAD --against nginx', says: /--against has no meaning for compare/ },
  { typed: 'all small', says: /all stands alone: "small"/ },
  { typed: 'small --against apache', says: /no peer "apache": it is one of nginx, envoy/ },
  { typed: 'small --rounds 0', says: /--rounds "0" is not a whole number/ },
  { typed: 'small --seconds 1.5', says: /--seconds "1.5" is not a whole number/ },
  { typed: 'small --second 1', says: /--second/ },
];

for (const { typed, says } of REFUSED) {
  test(`readBenchCommand() refuses "${typed}"`, () => {
    assert.throws(
      () => readBenchCommand(words(typed), known),
      (error) => error instanceof UsageError && says.test(error.message),
    );
  });
}

function words(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}
