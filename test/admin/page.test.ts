import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { PAGE_POLICY, renderPage } from '../../src/admin/page.ts';
import { summaryOf } from '../../src/admin/summary.ts';
import { fakeGateway } from './fake-gateway.ts';

const URL_TEXT = 'http://127.0.0.1:9901';

test('renderPage() shows the summary with every text escaped', () => {
  const page = renderPage(summaryOf(fakeGateway()), URL_TEXT);
  assert.match(page, /nobody &lt;includes&gt; it/);
  assert.match(page, /shop\/shop-tls: expired; renew it/);
  assert.match(page, /<strong class="good">ready</);
  assert.match(page, /kubectl --server http:\/\/127\.0\.0\.1:9901 get httpproxies -A/);
});

test('renderPage() says when it is not ready, and when all is well', () => {
  const view = fakeGateway({
    ready: () => false,
    statuses: { get: () => undefined },
    certificates: () => [],
  });
  const page = renderPage(summaryOf(view), URL_TEXT);
  assert.match(page, /<strong class="bad">not ready</);
  assert.match(page, /Every object works as written/);
  assert.doesNotMatch(page, /Certificates with warnings/);
});

test('renderPage() links the other paths and needs no script', () => {
  const page = renderPage(summaryOf(fakeGateway()), URL_TEXT);
  for (const path of ['listeners', 'routes', 'upstreams', 'certificates', 'workers'])
    assert.ok(page.includes(`href="/v1/${path}"`), path);
  assert.doesNotMatch(page, /<script| style=| on\w+=/);
});

test('PAGE_POLICY allows exactly the style sheet of the page', () => {
  const style = /<style>([\s\S]*)<\/style>/.exec(renderPage(summaryOf(fakeGateway()), URL_TEXT))?.[1] ?? '';
  assert.ok(PAGE_POLICY.includes(`'sha256-${createHash('sha256').update(style).digest('base64')}'`));
  assert.match(PAGE_POLICY, /^default-src 'none'/);
});
