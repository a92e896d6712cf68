import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { BIG, sha256, startClientSite } from '../support/client-site.ts';
import { missingPrograms } from '../support/programs.ts';
import { runProgram } from '../support/run-program.ts';

suite('h2load', { skip: missingPrograms('h2load') }, () => {
  for (const scheme of ['http', 'https'] as const) {
    test(`has every one of many requests answered over ${scheme}, a hundred at once on each connection`, async (t) => {
      const { gateway } = await startClientSite(t);
      const host = scheme === 'https' ? 'web.test' : 'plain.test';
      const run = await runProgram('h2load', [
        ...['--requests=3000', '--clients=4', '--max-concurrent-streams=100'],
        `--connect-to=127.0.0.1:${gateway[scheme]}`,
        `${scheme}://${host}/hello`,
        `${scheme}://${host}/headers`,
      ]);
      assert.equal(run.status, 0, run.error);
      assert.match(run.out, /3000 done, 3000 succeeded, 0 failed, 0 errored, 0 timeout/);
      assert.match(run.out, /status codes: 3000 2xx, 0 3xx, 0 4xx, 0 5xx/);
    });
  }
});

suite('nghttp', { skip: missingPrograms('nghttp') }, () => {
  test('gets and posts, with small windows and padding', async (t) => {
    const { gateway, folder } = await startClientSite(t);
    const file = join(folder, 'body');
    await writeFile(file, BIG);
    const base = `https://localhost:${gateway.https}`;
    const nghttp = async (...args: readonly string[]) => {
      const run = await runProgram('nghttp', args);
      assert.equal(run.status, 0, run.error);
      return run.out;
    };
    const big = await nghttp('--window-bits=14', '--connection-window-bits=15', `${base}/big`);
    assert.equal(sha256(Buffer.from(big, 'latin1')), sha256(BIG));
    const posted = await nghttp('--padding=100', `--data=${file}`, `${base}/upload`);
    assert.equal(posted, `POST ${BIG.length} ${sha256(BIG)}\n`);
    const many = await nghttp('--multiply=50', `${base}/hello`);
    assert.equal(many, 'hello from the service\n'.repeat(50));
  });
});
