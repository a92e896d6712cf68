import net from 'node:net';
import { HOST } from './site.ts';
import { connectTls, tlsClientContext } from './tls-client.ts';

// Opens connections, asks once on each, and keeps them: `node idle-clients.ts OPTIONS`. Reports how many are open.

/** What to do, as JSON. */
export interface IdleOptions {
  readonly port: number;
  readonly tls: boolean;
  readonly connections: number;
}

/** How it stands. */
export interface IdleReport {
  /** Connections that the proxy has not closed. */
  readonly open: number;
}

/** Requests at once: few, so that the proxy's connections to its upstreams stay few too. */
const AT_ONCE = 32;
const BODY = 'hello, world\n';
const REQUEST = `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;

const options = JSON.parse(process.argv[2] ?? '') as IdleOptions;
const secureContext = tlsClientContext();
let open = 0;

function openOne(): Promise<void> {
  const { port, tls } = options;
  const socket = tls
    ? connectTls(port, { secureContext })
    : net.connect({ host: '127.0.0.1', port, noDelay: true });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let answer = '';
  socket.on('data', (bytes: Buffer) => {
    answer += bytes.toString('latin1');
    if (!answer.endsWith(BODY)) return;
    open++;
    socket.once('close', () => {
      open--;
    });
    resolve();
  });
  socket.on('error', reject);
  socket.on('close', () => reject(new Error(`Port ${port} closes a connection that it has just taken`)));
  socket.write(REQUEST);
  return promise;
}

let left = options.connections;
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (; left > 0; ) {
      left--;
      await openOne();
    }
  }),
);
process.on('message', () => process.send?.({ open } satisfies IdleReport));
process.send?.({ open } satisfies IdleReport);
