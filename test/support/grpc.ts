import type { TestContext } from 'node:test';
import grpc from '@grpc/grpc-js';

/** What became of a call: its message, when one came, and its status. */
export interface CallOutcome {
  readonly code: grpc.status;
  readonly details: string;
  readonly reply: string | null;
  readonly trailers: grpc.Metadata;
}

const encode = (text: string): Buffer => Buffer.from(text);
const decode = (bytes: Buffer): string => bytes.toString();

/** The client of gRPC's own project, on plain HTTP/2; closed with the test. Messages are texts. */
export function grpcClient(
  context: TestContext,
  port: number,
  options: { readonly authority?: string } = {},
): grpc.Client {
  const { authority = 'web.test' } = options;
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    'grpc.default_authority': authority,
    'grpc.enable_retries': 0,
  });
  context.after(() => client.close());
  return client;
}

/** A call with one message each way. */
export function callUnary(
  client: grpc.Client,
  path: string,
  message: string,
  options: { readonly deadlineMs?: number; readonly metadata?: Record<string, string> } = {},
): Promise<CallOutcome> {
  return new Promise((resolve) => {
    const metadata = new grpc.Metadata();
    for (const [name, value] of Object.entries(options.metadata ?? {})) metadata.set(name, value);
    let reply: string | null = null;
    const call = client.makeUnaryRequest(
      path,
      encode,
      decode,
      message,
      metadata,
      options.deadlineMs === undefined ? {} : { deadline: Date.now() + options.deadlineMs },
      (_error, value) => {
        reply = value ?? null;
      },
    );
    call.on('status', ({ code, details, metadata: trailers }) => {
      // The callback comes right behind the status.
      setImmediate(() => resolve({ code, details, reply, trailers }));
    });
  });
}

/** What a test service may do; each call that is not served here hangs. */
export interface EchoService {
  readonly port: number;
  /** The metadata of the calls, in their order. */
  readonly calls: readonly grpc.Metadata[];
  /** The calls that were cancelled, by their path. */
  readonly cancelled: readonly string[];
}

/**
 * The server of gRPC's own project on loopback, closed with the test. `/test.Echo/Unary` and `/Fail` answer a text
 * and a failure, both with trailer `x-trailer`; `/Numbers` streams as many messages as the text says; `/Chat`
 * answers each message as it comes; `/Silent` says nothing, `/Stuck` one message and then nothing.
 */
export async function echoService(context: TestContext): Promise<EchoService> {
  const calls: grpc.Metadata[] = [];
  const cancelled: string[] = [];
  const trailers = new grpc.Metadata();
  trailers.set('x-trailer', 'behind');
  const note = (call: {
    metadata: grpc.Metadata;
    getPath(): string;
    on(name: 'cancelled', f: () => void): void;
  }) => {
    calls.push(call.metadata);
    call.on('cancelled', () => cancelled.push(call.getPath()));
  };
  const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
    path: `/test.Echo/${name}`,
    requestStream,
    responseStream,
    requestSerialize: encode,
    requestDeserialize: decode,
    responseSerialize: encode,
    responseDeserialize: decode,
  });
  const server = new grpc.Server();
  server.addService(
    {
      unary: method('Unary', false, false),
      fail: method('Fail', false, false),
      silent: method('Silent', false, false),
      numbers: method('Numbers', false, true),
      stuck: method('Stuck', false, true),
      chat: method('Chat', true, true),
    },
    {
      unary: (call: grpc.ServerUnaryCall<string, string>, answer: grpc.sendUnaryData<string>) => {
        note(call);
        answer(null, call.request, trailers);
      },
      fail: (call: grpc.ServerUnaryCall<string, string>, answer: grpc.sendUnaryData<string>) => {
        note(call);
        answer({ code: grpc.status.NOT_FOUND, details: call.request, metadata: trailers });
      },
      silent: (call: grpc.ServerUnaryCall<string, string>) => note(call),
      numbers: (call: grpc.ServerWritableStream<string, string>) => {
        note(call);
        for (let i = 0; i < Number(call.request); i++) call.write(`${i}`);
        call.end(trailers);
      },
      stuck: (call: grpc.ServerWritableStream<string, string>) => {
        note(call);
        call.write('one');
      },
      chat: (call: grpc.ServerDuplexStream<string, string>) => {
        note(call);
        call.on('data', (text: string) => call.write(`re: ${text}`));
        call.on('end', () => call.end(trailers));
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  context.after(() => server.forceShutdown());
  return { port, calls, cancelled };
}
