import { Agent, request } from 'node:http';

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * Asks a proxy one question after the other on a connection that stays; when the proxy has closed it, on a new
 * one.
 */
export class Questioner {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(port: number) {
    this.#port = port;
  }

  /** @throws {Error} When the connection fails; the next question opens another. */
  ask(host: string, path: string): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const options = { host: '127.0.0.1', port: this.#port, path, headers: { host }, agent: this.#agent };
    request(options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    })
      .on('error', reject)
      .end();
    return promise;
  }

  close(): void {
    this.#agent.destroy();
  }
}
