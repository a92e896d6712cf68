import { once } from 'node:events';
import net from 'node:net';
import type { SessionOptions } from '../../src/http2/session.ts';
import { OWNED } from '../../src/lib/wire.ts';
import { Harness } from './harness.ts';

/** Drives a session over a socket in the plainest way: flushes at the end of a loop turn. */
export class NetDriver extends Harness {
  #socket: net.Socket | null = null;
  #due = false;

  constructor(options: Partial<SessionOptions> = {}) {
    super(options, false);
  }

  drive(socket: net.Socket): void {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.session.read(bytes, 0, bytes.length, OWNED, performance.now());
    });
    socket.on('error', () => {});
    socket.on('close', () => this.session.close());
    this.session.open();
  }

  override onOutput(): void {
    super.onOutput();
    if (this.#due || this.#socket === null) return;
    this.#due = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    const socket = this.#socket;
    this.#due = false;
    if (socket === null || socket.destroyed) return;
    socket.cork();
    const flush = this.session.flush({
      writeBytes: (bytes, start, end) => socket.write(Buffer.from(bytes.subarray(start, end))),
    });
    socket.write(Buffer.alloc(0), () => this.session.outputLeft(flush));
    socket.uncork();
    if (this.session.dead) socket.end();
  }
}

/** Listens on a free port of loopback and hands each socket over. */
export async function listen(onSocket: (socket: net.Socket) => void): Promise<net.Server> {
  const server = net.createServer(onSocket);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

export function portOf(server: net.Server): number {
  return (server.address() as net.AddressInfo).port;
}
