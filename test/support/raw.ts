import { once } from 'node:events';
import net from 'node:net';
import type { TestContext } from 'node:test';

/** A scripted TCP server on loopback, closed with all its sockets when the test ends. */
export interface RawServer {
  readonly port: number;
  /** Every connection that came, in order. */
  readonly sockets: readonly net.Socket[];
  close(): void;
}

/** Listens on a free port; `onConnection` scripts each connection. Sockets may be half open. */
export async function rawServer(
  context: TestContext,
  onConnection: (socket: net.Socket, index: number) => void,
): Promise<RawServer> {
  const sockets: net.Socket[] = [];
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', () => {});
    sockets.push(socket);
    onConnection(socket, sockets.length - 1);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  context.after(close);
  return { port: (server.address() as net.AddressInfo).port, sockets, close };
}

/** An upstream that reads each request head (no body) and answers it with fixed bytes; keeps what it read. */
export async function fixedUpstream(
  context: TestContext,
  answer: string | ((head: string) => string),
): Promise<RawServer & { readonly heads: string[] }> {
  const heads: string[] = [];
  const server = await rawServer(context, (socket) => {
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end + 4);
        text = text.slice(end + 4);
        heads.push(head);
        socket.write(typeof answer === 'string' ? answer : answer(head), 'latin1');
      }
    });
    socket.on('end', () => socket.end());
  });
  return { ...server, heads };
}

/** A client that speaks bytes. */
export class RawClient {
  readonly socket: net.Socket;
  #text = '';
  #ended = false;
  #waiting: (() => void)[] = [];

  private constructor(socket: net.Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.#text += bytes.toString('latin1');
      this.#wake();
    });
    const over = () => {
      this.#ended = true;
      this.#wake();
    };
    socket.on('error', over);
    socket.on('end', over);
    socket.on('close', over);
  }

  static async connect(context: TestContext, port: number): Promise<RawClient> {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    context.after(() => socket.destroy());
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** Speaks over a connection that is up, for example a secure one. */
  static over(socket: net.Socket): RawClient {
    return new RawClient(socket);
  }

  send(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** Everything received so far, latin1. */
  get received(): string {
    return this.#text;
  }

  /** Resolves when the text received matches; rejects after 5 s, or when the connection ends before. */
  async until(pattern: RegExp): Promise<string> {
    await this.#wait(
      () => pattern.test(this.#text),
      () => `waiting for ${pattern}`,
    );
    return this.#text;
  }

  /** Resolves with everything received when the server has ended its side. */
  async untilEnd(): Promise<string> {
    await this.#wait(
      () => this.#ended,
      () => 'waiting for the end',
    );
    return this.#text;
  }

  async #wait(holds: () => boolean, what: () => string): Promise<void> {
    const timeout = AbortSignal.timeout(5000);
    while (!holds()) {
      if (timeout.aborted || this.#ended) {
        throw new Error(
          `${what()}, ${this.#ended ? 'the connection ended' : 'five seconds passed'}: ${JSON.stringify(this.#text)}`,
        );
      }
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        timeout.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
