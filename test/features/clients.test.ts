import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { BIG, sha256, startClientSite } from '../support/client-site.ts';
import { missingPrograms } from '../support/programs.ts';
import { runProgram } from '../support/run-program.ts';

const BIG_HASH = sha256(BIG);
const HELLO = 'hello from the service\n';

suite('curl', { skip: missingPrograms('curl') }, () => {
  const start = async (t: TestContext, fixed = {}) => {
    const site = await startClientSite(t, { static: fixed });
    const { http, https } = site.gateway;
    const curl = async (...args: readonly string[]) => {
      const ports = ['web.test', 'plain.test'].flatMap((host) => [
        '--connect-to',
        `${host}:80:127.0.0.1:${http}`,
        '--connect-to',
        `${host}:443:127.0.0.1:${https}`,
      ]);
      const run = await runProgram('curl', [
        '-sS',
        '--max-time',
        '30',
        '--cacert',
        site.caFile,
        ...ports,
        ...args,
      ]);
      assert.equal(run.status, 0, run.error);
      return run.out;
    };
    return { ...site, curl };
  };

  test('follows the redirect to HTTPS and verifies the certificate', async (t) => {
    const { curl } = await start(t);
    const shown = await curl(
      '-L',
      '-w',
      '%{url_effective} %{http_version} %{ssl_verify_result}',
      'http://web.test/hello',
    );
    assert.equal(shown, `${HELLO}https://web.test/hello 2 0`);
  });

  test('speaks HTTP/2 without TLS by prior knowledge, up and down', async (t) => {
    const { curl, folder } = await start(t);
    const file = join(folder, 'big');
    await writeFile(file, BIG);
    const args = ['--http2-prior-knowledge', '-w', '%{http_version}'];
    assert.equal(await curl(...args, 'http://plain.test/hello'), `${HELLO}2`);
    assert.equal(
      await curl(...args, '-T', file, 'http://plain.test/upload'),
      `PUT ${BIG.length} ${BIG_HASH}\n2`,
    );
  });

  test('keeps its connection, whatever the answers look like', async (t) => {
    const { curl } = await start(t);
    for (const scheme of ['http://plain.test', 'https://web.test']) {
      const paths = ['hello', 'empty', 'nothing', 'stream', 'big', 'hello'];
      const out = await curl(
        ...paths.flatMap((path) => ['-o', '/dev/null', `${scheme}/${path}`]),
        '-w',
        '%{http_code} %{size_download} %{num_connects}\n',
      );
      assert.deepEqual(out.trim().split('\n'), [
        '200 23 1',
        '204 0 0',
        '404 13 0',
        `200 ${BIG.length} 0`,
        `200 ${BIG.length} 0`,
        '200 23 0',
      ]);
    }
  });

  test('uploads with Expect: 100-continue, in chunks, and as a form', async (t) => {
    const { curl, folder } = await start(t);
    const file = join(folder, 'big');
    await writeFile(file, BIG);
    for (const url of ['http://plain.test/upload', 'https://web.test/upload']) {
      assert.equal(
        await curl('-T', file, '-H', 'expect: 100-continue', url),
        `PUT ${BIG.length} ${BIG_HASH}\n`,
      );
      assert.equal(await curl('--data-binary', `@${file}`, url), `POST ${BIG.length} ${BIG_HASH}\n`);
      assert.equal(
        await curl('-T', file, '-H', 'transfer-encoding: chunked', url),
        `PUT ${BIG.length} ${BIG_HASH}\n`,
      );
      assert.equal(await curl('-d', 'a=b', '-d', 'c=d', url), `POST 7 ${sha256(Buffer.from('a=b&c=d'))}\n`);
      assert.match(await curl('-F', `file=@${file}`, url), /^POST 41\d{5} [0-9a-f]{64}\n$/);
    }
  });

  test('asks by HTTP/1.0, HEAD, OPTIONS *, with TLS 1.2 alone, with HTTP/2 preferred, by ranges', async (t) => {
    const { curl } = await start(t);
    assert.equal(await curl('-0', 'http://plain.test/hello'), HELLO);
    assert.equal(
      sha256(Buffer.from(await curl('-0', '--no-alpn', 'https://web.test/stream'), 'latin1')),
      BIG_HASH,
    );
    assert.match(
      await curl('-I', 'https://web.test/big'),
      new RegExp(`\r\ncontent-length: ${BIG.length}\r\n`),
    );
    assert.match(
      await curl('-i', '-X', 'OPTIONS', '--request-target', '*', 'http://plain.test'),
      /^HTTP\/1\.1 204 /,
    );
    assert.equal(await curl('--tls-max', '1.2', 'https://web.test/hello'), HELLO);
    assert.equal(await curl('--tlsv1.3', '--http2', 'https://web.test/hello'), HELLO);
    const tail = BIG.subarray(-100).toString('latin1');
    assert.equal(await curl('-r', `${BIG.length - 100}-`, 'https://web.test/big'), tail);
  });

  test('its --haproxy-protocol is understood', async (t) => {
    const { curl } = await start(t, { proxyProtocol: 'required' });
    for (const url of ['http://plain.test/headers', 'https://web.test/headers']) {
      const { headers } = JSON.parse(await curl('--haproxy-protocol', url)) as {
        headers: Record<string, string>;
      };
      assert.equal(headers['x-forwarded-for'], '127.0.0.1');
    }
  });
});

suite('wget', { skip: missingPrograms('wget') }, () => {
  test('downloads, resumes, posts and refuses an authority it does not know', async (t) => {
    const { gateway, caFile, folder } = await startClientSite(t);
    const wget = (...args: readonly string[]) =>
      runProgram('wget', ['-nv', '-4', '--tries=1', '--timeout=30', ...args], { cwd: folder });
    const url = (path: string) => `https://localhost:${gateway.https}${path}`;
    const trusting = `--ca-certificate=${caFile}`;
    const hashOf = async (name: string) => sha256(await readFile(join(folder, name)));

    const both = await wget(trusting, url('/big'), url('/stream'), url('/moved'));
    assert.equal(both.status, 0, both.error);
    assert.deepEqual([await hashOf('big'), await hashOf('stream')], [BIG_HASH, BIG_HASH]);

    await writeFile(join(folder, 'big'), BIG.subarray(0, 1_000_000));
    const resumed = await wget(trusting, '-c', url('/big'));
    assert.equal(resumed.status, 0, resumed.error);
    assert.equal(await hashOf('big'), BIG_HASH);

    const posted = await wget(trusting, '-O-', `--post-file=${join(folder, 'big')}`, url('/upload'));
    assert.equal(posted.out, `POST ${BIG.length} ${BIG_HASH}\n`);

    const wary = await wget('-O-', url('/hello'));
    assert.notEqual(wary.status, 0);
    assert.equal(wary.out, '');
  });
});

suite('Python requests', { skip: missingPrograms('python-requests') }, () => {
  test('uses one session for everything', async (t) => {
    const { gateway, caFile } = await startClientSite(t);
    const script = `
import hashlib, sys, requests
base, ca = sys.argv[1:]
with requests.Session() as session:
    session.trust_env = False
    session.verify = ca
    assert session.get(base + '/hello', timeout=30).text == 'hello from the service\\n'
    assert session.get(base + '/moved', timeout=30).url == base + '/hello'
    assert session.get(base + '/empty', timeout=30).status_code == 204
    assert session.get(base + '/nothing', timeout=30).status_code == 404
    session.get(base + '/cookies', timeout=30)
    assert session.get(base + '/cookies', timeout=30).text == 'cookies: a=1; b=2\\n'
    data = b'0123456789abcdef' * 65536
    expected = 'POST %d %s\\n' % (len(data), hashlib.sha256(data).hexdigest())
    assert session.post(base + '/upload', data=data, timeout=30).text == expected
    pieces = (data[at:at + 10000] for at in range(0, len(data), 10000))
    assert session.post(base + '/upload', data=pieces, timeout=30).text == expected
    seen = session.get(base + '/headers', params={'a': 'b c', 'd': 'é'}, timeout=30).json()
    assert seen['url'] == '/headers?a=b+c&d=%C3%A9', seen
    with session.get(base + '/stream', stream=True, timeout=30) as response:
        hash = hashlib.sha256()
        for part in response.iter_content(10000):
            hash.update(part)
    print(hash.hexdigest())
`;
    const run = await runProgram('python-requests', [
      '-c',
      script,
      `https://localhost:${gateway.https}`,
      caFile,
    ]);
    assert.equal(run.error, '');
    assert.equal(run.out, `${BIG_HASH}\n`);
  });
});

suite("Node's fetch", () => {
  test('gets, posts, streams and gives up half-way', async (t) => {
    const { gateway, ca } = await startClientSite(t);
    const before = tls.getCACertificates('default');
    tls.setDefaultCACertificates([ca]);
    t.after(() => tls.setDefaultCACertificates(before));
    const base = `https://localhost:${gateway.https}`;
    assert.equal(await (await fetch(`${base}/moved`)).text(), HELLO);
    const plain = await fetch(`http://localhost:${gateway.http}/hello?x`, { redirect: 'manual' });
    assert.equal(plain.status, 301);
    assert.equal(plain.headers.get('location'), `https://localhost:${gateway.http}/hello?x`);
    await plain.body?.cancel();
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const body = Buffer.alloc(100_000, String(index));
        const response = await fetch(`${base}/upload`, { method: 'POST', body });
        return (await response.text()) === `POST 100000 ${sha256(body)}\n`;
      }),
    );
    assert.ok(answers.every(Boolean));
    const stream = await fetch(`${base}/upload`, {
      method: 'PUT',
      body: ReadableStream.from([BIG.subarray(0, 100), BIG.subarray(100)]),
      duplex: 'half',
    });
    assert.equal(await stream.text(), `PUT ${BIG.length} ${BIG_HASH}\n`);
    const aborted = new AbortController();
    const cut = await fetch(`${base}/stream`, { signal: aborted.signal });
    aborted.abort();
    await assert.rejects(cut.arrayBuffer(), { name: 'AbortError' });
    const whole = await fetch(`${base}/stream`);
    assert.equal(sha256(Buffer.from(await whole.arrayBuffer())), BIG_HASH);
  });
});
