import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { suite, test } from 'node:test';
import { openInChromium } from '../support/chromium.ts';
import { type Answers, startClientSite } from '../support/client-site.ts';
import { missingPrograms } from '../support/programs.ts';

const SCRIPTS = 100;
const FETCHES = 100;

/** Scripts count themselves; the fetches follow, and what the browser says of how all came. The image comes last. */
const PAGE = `<!doctype html>
<html><head><title>not yet</title><script>
window.count = 0;
window.counted = new Promise((resolve) => { window.counts = () => { if (++window.count === ${SCRIPTS}) resolve(); }; });
</script></head><body>
<p id="count">?</p><p id="bytes">?</p><p id="protocols">?</p>
${Array.from({ length: SCRIPTS }, (_, i) => `<script async src="/script/${i}"></script>`).join('\n')}
<script>
const show = (id, text) => { document.getElementById(id).textContent = text; };
(async () => {
  await window.counted;
  performance.setResourceTimingBufferSize(1000);
  const bodies = await Promise.all(Array.from({ length: ${FETCHES} }, (_, i) =>
    fetch('/part/' + i).then((response) => response.arrayBuffer())));
  show('count', window.count);
  show('bytes', bodies.reduce((sum, { byteLength }) => sum + byteLength, 0));
  const entries = performance.getEntriesByType('resource').filter(({ name }) => /script|part/.test(name));
  const protocols = new Set(entries.map(({ nextHopProtocol }) => nextHopProtocol));
  show('protocols', entries.length + ' ' + [...protocols].join(' '));
  document.title = 'done';
  fetch('/report');
})();
</script>
<img src="/wait.png">
</body></html>`;

suite('Chromium over HTTP/2', { skip: missingPrograms('chromium') }, () => {
  test('loads a page with two hundred parts over HTTP/2, on a connection that it keeps', async (t) => {
    let reported = false;
    let waiting: ServerResponse | null = null;
    const answers: Answers = (request, response) => {
      const [, what, place = '0'] = (request.url ?? '').split('/');
      if (what === 'page') response.setHeader('content-type', 'text/html').end(PAGE);
      else if (what === 'script')
        response.setHeader('content-type', 'text/javascript').end('window.counts();');
      else if (what === 'part') response.end(Buffer.alloc(1000 * Number(place), 'x'));
      else if (what === 'wait.png') {
        if (reported) response.end();
        else waiting = response;
      } else if (what === 'report') {
        reported = true;
        waiting?.end();
        response.end();
      } else return false;
      return true;
    };
    const site = await startClientSite(t, { answers });
    const dom = await openInChromium(site, 'https://web.test/page');
    const shown = (id: string) => new RegExp(`<p id="${id}">([^<]*)</p>`).exec(dom)?.[1];
    assert.match(dom, /<title>done<\/title>/);
    assert.equal(shown('count'), `${SCRIPTS}`);
    assert.equal(shown('bytes'), `${(1000 * (FETCHES * (FETCHES - 1))) / 2}`);
    assert.equal(shown('protocols'), `${SCRIPTS + FETCHES} h2`);
    const metrics = await (await fetch(`${site.gateway.adminUrl}/metrics`)).text();
    const connections = /^sluice_connections_accepted_total\{listener="https"\} (\d+)$/m.exec(metrics)?.[1];
    // It opens a second one before it knows what the first speaks, and does without it.
    assert.ok(Number(connections) <= 2, `${connections}`);
    assert.doesNotMatch(metrics, /^sluice_http2_connection_faults_total\{.*\} [1-9]/m);
  });
});
