import { once } from 'node:events';
import { HOST } from './site.ts';
import { connectTls, tlsClientContext } from './tls-client.ts';

// A new TLS connection for each request, `connections` at a time: `node handshake-clients.ts OPTIONS`. wrk and
// h2load decide themselves whether to resume; this one fails when a connection is not what the options ask for.

/** What to do, as JSON. */
export interface HandshakeOptions {
  readonly port: number;
  /** Whether each connection resumes a session, in TLS 1.3, or none does. */
  readonly resumed: boolean;
  /** Connections at once. */
  readonly connections: number;
  readonly seconds: number;
}

/** What came out. Latencies in milliseconds, from the connection's beginning to the end of its answer. */
export interface HandshakeReport {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

const BODY = 'hello, world\n';
const REQUEST = `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`;

const options = JSON.parse(process.argv[2] ?? '') as HandshakeOptions;
const secureContext = tlsClientContext();
/** The latest ticket of each of the clients that run beside each other. */
const sessions: (Buffer | undefined)[] = [];

async function request(client: number, resumed: boolean): Promise<void> {
  const session = resumed ? sessions[client] : undefined;
  if (resumed && session === undefined) throw new Error(`Port ${options.port} has sent no session ticket`);
  const socket = connectTls(options.port, { secureContext, session });
  socket.on('session', (next) => {
    sessions[client] = next;
  });
  let answer = '';
  socket.on('data', (bytes: Buffer) => {
    answer += bytes.toString('latin1');
  });
  socket.on('secureConnect', () => {
    if (socket.isSessionReused() === resumed && socket.getProtocol() === 'TLSv1.3') socket.write(REQUEST);
    else
      socket.destroy(new Error(`Port ${options.port}: resumed: ${socket.isSessionReused()}, not ${resumed}`));
  });
  await once(socket, 'end');
  socket.destroy();
  if (!answer.startsWith('HTTP/1.1 200 ') || !answer.endsWith(BODY)) {
    throw new Error(`Port ${options.port} has answered ${JSON.stringify(answer.slice(0, 200))}`);
  }
}

async function run(): Promise<HandshakeReport> {
  const { connections, resumed, seconds } = options;
  const clients = Array.from({ length: connections }, (_, client) => client);
  if (resumed) await Promise.all(clients.map((client) => request(client, false)));
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(
    clients.map(async (client) => {
      for (let now = performance.now(); now < end; ) {
        await request(client, resumed);
        const then = performance.now();
        latencies.push(then - now);
        now = then;
      }
    }),
  );
  const elapsedMs = performance.now() - start;
  const sorted = Float64Array.from(latencies).sort();
  const percentile = (percent: number): number =>
    sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN;
  return {
    ...{ requests: sorted.length, requestsPerSecond: (sorted.length / elapsedMs) * 1000 },
    ...{ p50: percentile(50), p99: percentile(99), p999: percentile(99.9) },
  };
}

process.send?.(await run());
process.disconnect?.();
