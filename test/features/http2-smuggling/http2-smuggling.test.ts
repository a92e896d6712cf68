import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { data as dataFrame, type Fields, headers } from '../../http2/frames.ts';
import { documents, service, startTestGateway } from '../../support/gateway.ts';
import { FrameClient } from '../../support/http2-frame-client.ts';
import { certificateFor, tlsProxy, tlsSecret } from '../../support/tls.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import { DETECTIONS, type Probe, VARIANTS, type Variant } from './variants.ts';

const HOST = 'web.test';
const POST: Fields = [
  [':method', 'POST'],
  [':scheme', 'https'],
  [':path', '/'],
  [':authority', HOST],
];
const MALFORMED = 'rstStream PROTOCOL_ERROR';

interface Site extends Recorder {
  readonly gateway: number;
}

async function startSite(t: TestContext): Promise<Site> {
  const recorder = await startRecorder(t);
  const gateway = await startTestGateway(t, {
    manifests: {
      'all.yaml': documents(
        service('web', [recorder.port]),
        tlsSecret('web', await certificateFor(HOST)),
        tlsProxy(HOST, 'web'),
      ),
    },
  });
  return { ...recorder, gateway: gateway.https };
}

async function withClient(site: Site, use: (client: FrameClient) => Promise<void>): Promise<void> {
  const client = await FrameClient.connect(site.gateway, HOST);
  try {
    await client.handshake();
    await use(client);
  } finally {
    client.close();
  }
}

/** How a request ended: `headers 200`, `rstStream PROTOCOL_ERROR`. */
async function outcomeOf(client: FrameClient, streamId: number): Promise<string> {
  const seen = await client.until(`the outcome of ${streamId}`, (one) =>
    new RegExp(`^(headers|rstStream) ${streamId} |^goAway`).test(one),
  );
  return seen.replace(` ${streamId} `, ' ').replace(/ end$/, '');
}

/** Fields of a request where the last of the further ones is hidden. */
function hidden(fields: Fields, { hide }: Variant): Fields {
  const [name, value] = fields.at(-1) ?? ['', ''];
  const [newName, newValue] = hide(name, value);
  const rest = [...POST, ...fields.slice(0, -1)];
  return newName.startsWith(':')
    ? rest.map(([each, old]) => [each, each === newName ? newValue : old] as const)
    : [...rest, [newName, newValue]];
}

function send(client: FrameClient, streamId: number, fields: Fields, body: string): void {
  const head = headers(streamId, fields, body === '');
  client.send(body === '' ? head : Buffer.concat([head, dataFrame(streamId, body, true)]));
}

test('VARIANTS are the 38 of http2smugl and three newlines in the method', () => {
  assert.equal(VARIANTS.length, 38 + 3);
  assert.equal(new Set(VARIANTS.map(({ name }) => name)).size, 41);
  const sent = VARIANTS.map(({ hide }) => hide('transfer-encoding', 'chunked').join('\0\0'));
  assert.equal(new Set(sent).size, 41);
});

test('no variant of a hidden field is seen behind the gateway, however one looks', async (t) => {
  const site = await startSite(t);
  let whole = 0;
  for (const variant of VARIANTS) {
    await t.test(variant.name, () =>
      withClient(site, async (client) => {
        let streamId = -1;
        const ask = (probe: Probe): Promise<string> => {
          streamId += 2;
          send(client, streamId, hidden(probe.fields, variant), probe.body);
          return outcomeOf(client, streamId);
        };
        for (const { name, valid, invalid } of DETECTIONS) {
          for (const probe of [valid, invalid]) {
            const outcome = await ask(probe);
            assert.equal(outcome, variant.passes ? 'headers 200' : MALFORMED, name);
            if (variant.passes) whole++;
          }
        }
      }),
    );
  }
  assert.deepEqual(site.complaints, []);
  assert.deepEqual(site.unfinished(), []);
  assert.equal(site.requests.length, whole);
  for (const { lines, body } of site.requests) {
    assert.equal(lines[0], 'POST / HTTP/1.1');
    assert.ok(body === '' || body.length === 5, 'what the client sent as body is the body');
  }
});

const CHUNKS = '0\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: web.test\r\n\r\n';
const field = (name: string, value: string): Fields => [...POST, [name, value]];
const instead = (name: string, value: string): Fields =>
  POST.map(([each, old]) => [each, each === name ? value : old] as const);

/** Requests that RFC 9113 §8.2.1, §8.2.2 and §8.3.1 call malformed, each a known way to smuggle. */
const REQUESTS: Readonly<Record<string, Fields>> = {
  'a newline in :authority': instead(':authority', 'web.test\r\nx: y'),
  'a blank in :authority': instead(':authority', 'web.test x'),
  'a request line in :scheme': instead(':scheme', 'https://web.test/ HTTP/1.1\r\nx: y\r\n\r\n'),
  'a target in :scheme': instead(':scheme', 'http://evil.test/?'),
  'a blank in :path': instead(':path', '/ HTTP/1.1'),
  'a blank in :method': instead(':method', 'GET /admin HTTP/1.1'),
  'a colon in a name': field('x: y', 'z'),
  'a colon behind a name': field('transfer-encoding:', 'chunked'),
  'a colon before a name': field(':transfer-encoding', 'chunked'),
  'a newline in host': field('host', 'web.test\r\nx: y'),
  'an empty name': field('', 'transfer-encoding: chunked'),
  'a name in capitals': field('Transfer-Encoding', 'chunked'),
  'a newline that ends a value': field('x-a', 'y\r\n'),
  'a line that is folded': field('x-a', 'y\r\n z'),
  'a whole request in a value': field('x-a', 'y\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: web.test'),
  'a newline in the second cookie': [
    ...POST,
    ['cookie', 'a=b'],
    ['cookie', 'c=d\r\ntransfer-encoding: chunked'],
  ],
  'NUL in a value': field('x-a', 'y\0z'),
  'chunked with a codec before it': field('transfer-encoding', 'gzip, chunked'),
  'chunked for te': field('te', 'trailers, chunked'),
  'connection that names content-length': field('connection', 'content-length'),
  upgrade: field('upgrade', 'h2c'),
  'two content-length': [...POST, ['content-length', '5'], ['content-length', '48']],
  'two equal content-length': [...POST, ['content-length', '48'], ['content-length', '48']],
  'a list for content-length': field('content-length', '48, 48'),
  'a sign before content-length': field('content-length', '+48'),
  'hexadecimal content-length': field('content-length', '0x30'),
  'content-length below the body': field('content-length', '5'),
  'content-length above the body': field('content-length', '4800'),
};

test('no request that could be read as two reaches a service', async (t) => {
  const site = await startSite(t);
  for (const [name, fields] of Object.entries(REQUESTS)) {
    await t.test(name, () =>
      withClient(site, async (client) => {
        send(client, 1, fields, CHUNKS);
        assert.equal(await outcomeOf(client, 1), MALFORMED);
      }),
    );
  }
  assert.deepEqual(site.complaints, []);
  assert.deepEqual(site.requests, []);
});
