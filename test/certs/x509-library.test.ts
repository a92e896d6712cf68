import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { loadX509Library } from '../../src/certs/x509-library.ts';

test('loadX509Library() gives a library that makes certificates', async () => {
  const { X509CertificateGenerator, X509Certificate } = await loadX509Library();
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const made = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=a.test',
    serialNumber: '01',
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2026-01-02T00:00:00Z'),
    signingAlgorithm: algorithm,
    keys,
  });
  const read = new X509Certificate(made.toString('pem'));
  assert.equal(read.subject, 'CN=a.test');
  assert.equal(await read.verify({ signatureOnly: true }), true);
});

test('loadX509Library() is the only way to load it: in a fresh process the bare library refuses', async () => {
  const run = (text: string) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', text], {
      cwd: new URL('../..', import.meta.url),
    });
  await assert.rejects(run("await import('@peculiar/x509')"), /reflect/i);
  const { stdout } = await run(
    "const { loadX509Library } = await import('./src/certs/x509-library.ts'); console.log(typeof (await loadX509Library()).X509Certificate)",
  );
  assert.equal(stdout, 'function\n');
});
