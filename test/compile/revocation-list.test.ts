import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRevocationLists } from '../../src/compile/revocation-list.ts';
import { makeCertificate, makeRevocationList } from './test-certificates.ts';

const ca = await makeCertificate({ subject: 'CN=ca', ca: true });

test('readRevocationLists() reads issuer, numbers and the next update of each list', async () => {
  const nextUpdate = new Date('2031-02-03T04:05:06Z');
  const one = await makeRevocationList(ca, ['0a', '00c0ffee'], { nextUpdate });
  const late = await makeRevocationList(ca, [], { nextUpdate: new Date('2120-01-01T00:00:00Z') });
  const lists = readRevocationLists(one + late);
  assert.ok(lists.ok);
  assert.deepEqual(
    lists.value.map(({ serials, nextUpdateMs }) => [serials, nextUpdateMs]),
    [
      [['a', 'c0ffee'], nextUpdate.getTime()],
      [[], Date.UTC(2120, 0, 1)],
    ],
  );
  // CN=ca: a sequence of a set of a sequence of 2.5.4.3 and the text.
  assert.match(lists.value[0]?.issuer ?? '', /^300d310b3009060355040[3]..026361$/);
});

test('readRevocationLists() rejects what is no CRL', () => {
  for (const body of ['AAAA', 'MAA=', 'MAIwAA==']) {
    const text = `-----BEGIN X509 CRL-----\n${body}\n-----END X509 CRL-----\n`;
    assert.equal(readRevocationLists(text).ok, false, body);
  }
});
