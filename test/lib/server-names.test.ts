import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import type { PeerCertificate } from 'node:tls';
import { createSelfSigned } from '../../src/certs/self-signed.ts';
import { checkServerNames } from '../../src/lib/server-names.ts';

test('checkServerNames() wants one of the names among the DNS names, exactly', async () => {
  const { chain } = await createSelfSigned({ names: ['a.test', '*.b.test'], days: 1 });
  const certificate = { raw: new X509Certificate(chain).raw } as PeerCertificate;
  const cases: [readonly string[], boolean][] = [
    [['a.test'], true],
    [['x.test', 'A.test'], true],
    [['x.b.test'], false],
    [['.test'], false],
    [[], false],
  ];
  for (const [names, fits] of cases) {
    assert.equal(checkServerNames(names, certificate) === undefined, fits, names.join());
  }
});
