import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDemoService } from '../../../src/cli/demo/services.ts';

test('startDemoService() says hello and shows the headers that reached it', async (t) => {
  const service = await startDemoService('v1');
  t.after(() => service.close());
  const base = `http://127.0.0.1:${service.port}`;
  assert.equal(await (await fetch(`${base}/a?b`)).text(), 'hello from v1: GET /a?b\n');
  const shown: unknown = await (await fetch(`${base}/headers`, { headers: { 'x-a': '1' } })).json();
  assert.partialDeepStrictEqual(shown, { service: 'v1', headers: { 'x-a': '1' } });
});
