import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { suite, type TestContext, test } from 'node:test';
import { openInChromium } from '../support/chromium.ts';
import { type Answers, BIG, sha256, startClientSite } from '../support/client-site.ts';
import { metric } from '../support/http1.ts';
import { missingPrograms } from '../support/programs.ts';

/** The image at the end is answered when the page has reported: `load`, and with it the dump, waits for it. */
const PAGE = `<!doctype html>
<html><head><title>not yet</title>
<link rel="stylesheet" href="/style.css">
<script src="https://static.test/script.js"></script>
</head><body>
<p id="color">?</p><p id="script">?</p><p id="fetch">?</p><p id="upload">?</p><p id="parallel">?</p>
<p id="socket">?</p><p id="where">?</p>
<script>
const show = (id, text) => { document.getElementById(id).textContent = text; };
const hash = async (bytes) =>
  [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))]
    .map((byte) => byte.toString(16).padStart(2, '0')).join('');
const socket = () => new Promise((resolve) => {
  const socket = new WebSocket('wss://' + location.host + '/socket');
  socket.onopen = () => socket.send('from the page');
  let text = '';
  socket.onmessage = ({ data }) => { text = data; socket.send('leave'); };
  socket.onclose = ({ code, wasClean }) => resolve(text + ' ' + code + ' ' + wasClean);
});
(async () => {
  try {
    show('where', location.href);
    show('color', getComputedStyle(document.body).color);
    show('script', window.scripted);
    show('fetch', await hash(await (await fetch('/stream')).arrayBuffer()));
    const body = new Blob([new Uint8Array(1000000).fill(120)]);
    show('upload', await (await fetch('/upload', { method: 'POST', body })).text());
    const texts = await Promise.all(Array.from({ length: 40 }, (_, index) =>
      fetch('/headers?' + index).then((response) => response.json()).then(({ url }) => url)));
    show('parallel', String(texts.every((url, index) => url === '/headers?' + index)));
    show('socket', await socket());
    document.title = 'done';
  } catch (error) {
    document.title = String(error);
  }
  fetch('/report');
})();
</script>
<img src="/wait.png">
</body></html>`;

/** A site with the page; counts what the browser asked for. */
function pageSite() {
  const asked: string[] = [];
  let waiting: ServerResponse | null = null;
  let reported = false;
  const answers: Answers = (request: IncomingMessage, response: ServerResponse) => {
    asked.push(`${request.headers.host} ${request.url}`);
    const send = (type: string, body: string) => {
      response.setHeader('content-type', type);
      response.end(body);
      return true;
    };
    switch (request.url) {
      case '/page':
        return send('text/html', PAGE);
      case '/style.css':
        return send('text/css', 'body { color: rgb(1, 2, 3); }');
      case '/script.js':
        return send('text/javascript', 'window.scripted = "ran";');
      case '/wait.png':
        if (reported) return send('image/png', '');
        waiting = response;
        return true;
      case '/report':
        reported = true;
        waiting?.end();
        return send('text/plain', '');
      default:
        return false;
    }
  };
  return { asked, answers };
}

suite('Chromium', { skip: missingPrograms('chromium') }, () => {
  async function open(t: TestContext, url: string) {
    const { asked, answers } = pageSite();
    const site = await startClientSite(t, { answers });
    const dom = await openInChromium(site, url);
    const switched = await metric(site.gateway, 'sluice_requests_total{listener="https",code="101"}');
    return { asked, dom, switched };
  }

  test('opens a page with all that belongs to it, from plain HTTP on', async (t) => {
    const { asked, dom, switched } = await open(t, 'http://web.test/page');
    const shown = (id: string) => new RegExp(`<p id="${id}">([^<]*)</p>`).exec(dom)?.[1];
    assert.match(dom, /<title>done<\/title>/);
    assert.equal(shown('where'), 'https://web.test/page');
    assert.equal(shown('color'), 'rgb(1, 2, 3)');
    assert.equal(shown('script'), 'ran');
    assert.equal(shown('fetch'), sha256(BIG));
    assert.equal(shown('upload'), `POST 1000000 ${sha256(Buffer.alloc(1_000_000, 'x'))}\n`);
    assert.equal(shown('parallel'), 'true');
    assert.equal(shown('socket'), 'from the page 4001 true');
    assert.equal(switched, 0, 'the WebSocket went over HTTP/2');
    assert.ok(asked.includes('static.test /script.js'));
  });

  test('does not open a host that the gateway refuses', async (t) => {
    const { asked, dom } = await open(t, 'https://other.test/page');
    assert.doesNotMatch(dom, /<title>done/);
    assert.deepEqual(asked, []);
  });
});
