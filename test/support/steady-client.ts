import net from 'node:net';
import tls from 'node:tls';

/** What a client saw that it should not have. */
export interface SteadyFailure {
  readonly what: string;
  /** Monotonic milliseconds. */
  readonly atMs: number;
}

export interface SteadyOptions {
  readonly port: number;
  readonly host: string;
  /** PEM of the authority; null: plain text. */
  readonly ca: string | null;
  /** From the begin of one request to that of the next. */
  readonly everyMs: number;
}

/** A body of this size comes with every second request. */
const BODY = 'x'.repeat(2000);
const ANSWER_LIMIT_MS = 5000;

/**
 * One keep-alive connection under steady load: a request, its whole answer, checked, and the next one at its time.
 * Where the gateway ends the connection between two requests, as HTTP allows, it opens another.
 */
export class SteadyClient {
  readonly failures: SteadyFailure[] = [];
  readonly latenciesMs: number[] = [];
  /** Values of the header `x-edit` that came. */
  readonly edits = new Set<string>();
  /** Serial numbers of the certificates that were shown. */
  readonly certificates = new Set<string>();
  connections = 0;
  readonly #options: SteadyOptions;
  #stopped = false;

  constructor(options: SteadyOptions) {
    this.#options = options;
  }

  /** Resolves after `stop()`, when the last answer is there. */
  async run(): Promise<void> {
    let connection: Connection | null = null;
    for (let count = 0; !this.#stopped; count++) {
      const begunMs = performance.now();
      try {
        if (connection === null || connection.ended) {
          connection?.close();
          this.connections++;
          connection = await Connection.open(this.#options);
          if (connection.certificate !== '') this.certificates.add(connection.certificate);
        }
        const token = `${this.connections}-${count}`;
        const answer = await connection.ask(this.#options.host, token, count % 2 === 1 ? BODY : '');
        if (answer.wrong !== null) this.#fail(answer.wrong);
        else this.latenciesMs.push(performance.now() - begunMs);
        this.edits.add(answer.edit);
      } catch (error) {
        this.#fail((error as Error).message);
        connection?.close();
        connection = null;
      }
      const restMs = begunMs + this.#options.everyMs - performance.now();
      if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
    }
    connection?.close();
  }

  stop(): void {
    this.#stopped = true;
  }

  #fail(what: string): void {
    this.failures.push({ what, atMs: performance.now() });
  }
}

interface SteadyAnswer {
  /** null: as it should be. */
  readonly wrong: string | null;
  readonly edit: string;
}

class Connection {
  ended = false;
  certificate = '';
  readonly #socket: net.Socket;
  #text = '';
  #wake: (() => void) | null = null;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#text += text;
      this.#wake?.();
    });
    const over = () => {
      this.ended = true;
      this.#wake?.();
    };
    socket.on('end', over);
    socket.on('close', over);
  }

  static open({ port, host, ca }: SteadyOptions): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const target = { port, host: '127.0.0.1' };
      const socket = ca === null ? net.connect(target) : tls.connect({ ...target, ca, servername: host });
      const connection = new Connection(socket);
      socket.on('error', (error) => reject(new Error(`connect: ${error.message}`)));
      socket.once(ca === null ? 'connect' : 'secureConnect', () => {
        if (socket instanceof tls.TLSSocket) {
          connection.certificate = socket.getPeerCertificate().serialNumber;
        }
        resolve(connection);
      });
    });
  }

  /** @throws {Error} If the connection ends before the answer does. */
  async ask(host: string, token: string, body: string): Promise<SteadyAnswer> {
    this.#text = '';
    const framing = body === '' ? '' : `content-length: ${body.length}\r\n`;
    const method = body === '' ? 'GET' : 'POST';
    this.#socket.write(`${method} /${token} HTTP/1.1\r\nhost: ${host}\r\n${framing}\r\n${body}`, 'latin1');
    const expected = `${method} /${token} ${body.length}`;
    const limit = setTimeout(() => this.#socket.destroy(), ANSWER_LIMIT_MS);
    for (;;) {
      const end = this.#text.indexOf('\r\n\r\n');
      if (end >= 0) {
        const head = this.#text.slice(0, end + 2);
        const length = Number(/\r\ncontent-length: (\d+)\r\n/.exec(head)?.[1] ?? 0);
        if (this.#text.length >= end + 4 + length) {
          clearTimeout(limit);
          if (head.includes('\r\nconnection: close\r\n')) this.ended = true;
          const got = this.#text.slice(end + 4);
          const edit = /\r\nx-edit: (\d+)\r\n/.exec(head)?.[1] ?? '';
          const fine = head.startsWith('HTTP/1.1 200 ') && got === expected;
          return { wrong: fine ? null : `${head.slice(0, 200)} | ${got.slice(0, 100)}`, edit };
        }
      }
      if (this.ended) {
        clearTimeout(limit);
        throw new Error('the connection ended before the answer did');
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.ended = true;
    this.#socket.destroy();
  }
}
