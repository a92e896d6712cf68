import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import grpc from '@grpc/grpc-js';
import { startTestDataPlane, type TestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import { sha256 } from '../support/http2-upstream.ts';

const same = (bytes: Buffer): Buffer => bytes;

function method(name: string, requestStream: boolean, responseStream: boolean) {
  return {
    path: `/test.Bytes/${name}`,
    requestStream,
    responseStream,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}

const DEFINITION = {
  unary: method('Unary', false, false),
  fail: method('Fail', false, false),
  hang: method('Hang', false, false),
  sum: method('Sum', true, false),
  count: method('Count', false, true),
  chat: method('Chat', true, true),
};

type Unary = grpc.handleUnaryCall<Buffer, Buffer>;

interface Site {
  readonly plane: TestDataPlane;
  readonly client: InstanceType<grpc.ServiceClientConstructor>;
  /** Calls that the service was told to be cancelled. */
  readonly cancelled: string[];
}

/** Server and client of gRPC's own project with the gateway between them, in the clear on both sides. */
async function start(t: TestContext): Promise<Site> {
  const cancelled: string[] = [];
  const server = new grpc.Server({ 'grpc.max_receive_message_length': -1 });
  const unary: Unary = (call, answer) => {
    const initial = new grpc.Metadata();
    for (const value of call.metadata.get('x-note')) initial.add('x-note-back', value);
    for (const value of call.metadata.get('x-raw-bin')) initial.add('x-raw-back-bin', value);
    call.sendMetadata(initial);
    const trailing = new grpc.Metadata();
    trailing.set('x-hash', sha256(call.request));
    answer(null, call.request, trailing);
  };
  const fail: Unary = (call, answer) => {
    const metadata = new grpc.Metadata();
    metadata.set('x-why', 'because');
    answer({ code: Number(call.request.toString()), details: 'as asked: ü', metadata });
  };
  const hang: Unary = (call) => {
    call.on('cancelled', () => cancelled.push('hang'));
  };
  server.addService(DEFINITION, {
    unary,
    fail,
    hang,
    sum: (call: grpc.ServerReadableStream<Buffer, Buffer>, answer: grpc.sendUnaryData<Buffer>) => {
      let sum = 0;
      call.on('data', (part: Buffer) => {
        sum += part.length;
      });
      call.on('end', () => answer(null, Buffer.from(`${sum}`)));
    },
    count: (call: grpc.ServerWritableStream<Buffer, Buffer>) => {
      call.on('cancelled', () => cancelled.push('count'));
      const [number = 0, bytes = 0] = call.request.toString().split(' ').map(Number);
      let sent = 0;
      const pour = (): void => {
        while (sent < number && !call.cancelled) {
          if (!call.write(Buffer.alloc(bytes, sent++))) {
            call.once('drain', pour);
            return;
          }
        }
        if (sent === number) call.end();
      };
      pour();
    },
    chat: (call: grpc.ServerDuplexStream<Buffer, Buffer>) => {
      call.on('data', (part: Buffer) => call.write(Buffer.concat([Buffer.from('re: '), part])));
      call.on('end', () => call.end());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  t.after(() => server.forceShutdown());
  const plane = await startTestDataPlane(t, {
    manifests: {
      'app.yaml': documents(
        service('bytes', [port]),
        httpProxy(
          'grpc',
          '  virtualhost: {fqdn: grpc.test}\n  routes: [{services: [{name: bytes, port: 80, protocol: h2c}]}]',
        ),
      ),
    },
  });
  const Client = grpc.makeGenericClientConstructor(DEFINITION, 'Bytes');
  const client = new Client(`127.0.0.1:${plane.http}`, grpc.credentials.createInsecure(), {
    'grpc.default_authority': 'grpc.test',
    'grpc.max_receive_message_length': -1,
    'grpc.enable_retries': 0,
  });
  t.after(() => client.close());
  return { plane, client, cancelled };
}

interface Outcome {
  readonly reply: Buffer | undefined;
  readonly status: grpc.StatusObject;
  readonly initial: grpc.Metadata;
}

/** A call with one message each way. */
function call(
  site: Site,
  name: keyof typeof DEFINITION,
  message: Buffer,
  options: { readonly metadata?: grpc.Metadata; readonly deadlineMs?: number } = {},
): { readonly call: grpc.ClientUnaryCall; readonly outcome: Promise<Outcome> } {
  const { path } = DEFINITION[name];
  const { metadata = new grpc.Metadata(), deadlineMs } = options;
  const settings = deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };
  let initial = new grpc.Metadata();
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  let reply: Buffer | undefined;
  const started = site.client.makeUnaryRequest(
    path,
    same,
    same,
    message,
    metadata,
    settings,
    (_error, value) => {
      reply = value;
    },
  );
  started.on('metadata', (fields) => {
    initial = fields;
  });
  // The callback comes right behind the status.
  started.on('status', (status) => setImmediate(() => resolve({ reply, status, initial })));
  return { call: started, outcome: promise };
}

async function allOver({ plane }: Site): Promise<void> {
  await until(() => plane.upstream('default/bytes/80').active === 0);
}

test('a unary call goes through with its metadata, also binary ones', async (t) => {
  const site = await start(t);
  const metadata = new grpc.Metadata();
  metadata.set('x-note', 'a note');
  metadata.set('x-raw-bin', Buffer.from([0, 255, 10, 13, 128]));
  const { reply, status, initial } = await call(site, 'unary', Buffer.from('hello'), { metadata }).outcome;
  assert.equal(status.code, grpc.status.OK);
  assert.equal(reply?.toString(), 'hello');
  assert.deepEqual(initial.get('x-note-back'), ['a note']);
  assert.deepEqual(initial.get('x-raw-back-bin'), [Buffer.from([0, 255, 10, 13, 128])]);
  assert.deepEqual(status.metadata.get('x-hash'), [sha256('hello')]);
  await allOver(site);
});

test('messages of 4 MiB arrive whole, both ways', async (t) => {
  const site = await start(t);
  const large = Buffer.alloc(4 << 20);
  for (let i = 0; i < large.length; i++) large[i] = (i * 31 + (i >> 8)) & 0xff;
  const outcomes = await Promise.all(Array.from({ length: 3 }, () => call(site, 'unary', large).outcome));
  for (const { reply, status } of outcomes) {
    assert.equal(status.code, grpc.status.OK);
    assert.equal(sha256(reply ?? ''), sha256(large));
    assert.deepEqual(status.metadata.get('x-hash'), [sha256(large)]);
  }
  await allOver(site);
});

test('error statuses come as trailers alone, with details and metadata', async (t) => {
  const site = await start(t);
  for (const code of [
    grpc.status.NOT_FOUND,
    grpc.status.UNAVAILABLE,
    grpc.status.UNAUTHENTICATED,
    grpc.status.DATA_LOSS,
  ]) {
    const { reply, status } = await call(site, 'fail', Buffer.from(`${code}`)).outcome;
    assert.equal(reply, undefined);
    assert.deepEqual([status.code, status.details], [code, 'as asked: ü']);
    assert.deepEqual(status.metadata.get('x-why'), ['because']);
  }
});

test('a method that is not there is UNIMPLEMENTED by the word of the service', async (t) => {
  const site = await start(t);
  const { promise, resolve } = Promise.withResolvers<grpc.StatusObject>();
  const started = site.client.makeUnaryRequest('/test.Bytes/None', same, same, Buffer.from('x'), () => {});
  started.on('status', resolve);
  const status = await promise;
  assert.equal(status.code, grpc.status.UNIMPLEMENTED);
  assert.match(status.details, /does not implement/);
});

test('a client may stream', async (t) => {
  const site = await start(t);
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
  const stream = site.client.makeClientStreamRequest(DEFINITION.sum.path, same, same, (error, value) => {
    if (error === null) resolve(value);
    else reject(error);
  });
  for (let i = 0; i < 100; i++) stream.write(Buffer.alloc(i * 100));
  stream.end();
  assert.equal((await promise)?.toString(), `${(99 * 100 * 100) / 2}`);
});

test('a service may stream', async (t) => {
  const site = await start(t);
  const stream = site.client.makeServerStreamRequest(
    DEFINITION.count.path,
    same,
    same,
    Buffer.from('500 10000'),
  );
  let next = 0;
  for await (const part of stream) {
    assert.deepEqual(part, Buffer.alloc(10_000, next++));
  }
  assert.equal(next, 500);
  await allOver(site);
});

test('both may stream at once', async (t) => {
  const site = await start(t);
  const stream = site.client.makeBidiStreamRequest(DEFINITION.chat.path, same, same);
  const replies = stream[Symbol.asyncIterator]();
  for (const word of ['one', 'two', 'three']) {
    stream.write(Buffer.from(word));
    assert.equal((await replies.next()).value?.toString(), `re: ${word}`);
  }
  stream.end();
  assert.equal((await replies.next()).done, true);
  await allOver(site);
});

test('a call that is cancelled is cancelled at the service, and others go on', async (t) => {
  const site = await start(t);
  const hanging = call(site, 'hang', Buffer.from('x'));
  await until(() => site.plane.upstream('default/bytes/80').active === 1);
  hanging.call.cancel();
  assert.equal((await hanging.outcome).status.code, grpc.status.CANCELLED);
  const stream = site.client.makeServerStreamRequest(
    DEFINITION.count.path,
    same,
    same,
    Buffer.from('1000000 1000'),
  );
  stream.on('error', () => {});
  await new Promise((resolve) => stream.once('data', resolve));
  stream.cancel();
  await until(() => site.cancelled.length === 2);
  assert.deepEqual(site.cancelled, ['hang', 'count']);
  assert.equal((await call(site, 'unary', Buffer.from('y')).outcome).reply?.toString(), 'y');
  await allOver(site);
});

test('a deadline ends the call on both sides', async (t) => {
  const site = await start(t);
  const { status } = await call(site, 'hang', Buffer.from('x'), { deadlineMs: 200 }).outcome;
  assert.equal(status.code, grpc.status.DEADLINE_EXCEEDED);
  await until(() => site.cancelled.length === 1);
  await allOver(site);
});

test('500 calls at once share what the gateway opens', async (t) => {
  const site = await start(t);
  const outcomes = await Promise.all(
    Array.from({ length: 500 }, (_, i) => call(site, 'unary', Buffer.from(`${i}`)).outcome),
  );
  outcomes.forEach(({ reply }, i) => {
    assert.equal(reply?.toString(), `${i}`);
  });
  assert.ok(site.plane.upstream('default/bytes/80').connections <= 5);
  await allOver(site);
});
