import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { suite, type TestContext, test } from 'node:test';
import { METRIC } from '../../src/telemetry/metric-cells.ts';
import { startTestDataPlane, type TestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import { answerOf, http1Upstream } from '../support/http1-upstream.ts';
import { certificateFor, testAuthority, tlsSecret } from '../support/tls.ts';

const SCHEMES = ['http', 'https'] as const;
type Scheme = (typeof SCHEMES)[number];
/** Requests that a client has under way at once. */
const AT_ONCE = 8;
/** Answers that must be there before the test goes on. */
const STEADY = 100;

async function start(t: TestContext, settings = {}): Promise<TestDataPlane> {
  const upstream = await http1Upstream(t, { onRequest: ({ body }) => answerOf(body) });
  return startTestDataPlane(t, {
    settings,
    manifests: {
      'all.yaml': documents(
        service('web', [upstream.port]),
        tlsSecret('web', await certificateFor('web.test')),
        httpProxy(
          'web',
          `  virtualhost: {fqdn: web.test, tls: {secretName: web}}
  routes: [{permitInsecure: true, services: [{name: web, port: 80}]}]`,
        ),
      ),
    },
  });
}

/** Nothing was done for the request: it may be sent again, whatever its method (RFC 9113 §8.7). */
function isRefused(error: unknown): boolean {
  return error instanceof Error && error.message.endsWith('NGHTTP2_REFUSED_STREAM');
}

/** A client that keeps requests under way and goes to another connection when it is told to leave one. */
class SteadyHttp2Client {
  served = 0;
  connections = 0;
  readonly failures: unknown[] = [];
  readonly #open: () => Promise<http2.ClientHttp2Session>;
  readonly #sessions: http2.ClientHttp2Session[] = [];
  #session: Promise<http2.ClientHttp2Session> | null = null;
  #stopped = false;

  constructor(open: () => Promise<http2.ClientHttp2Session>) {
    this.#open = open;
  }

  /** Resolves after `stop`, when the last answers are there. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.#loop()));
    for (const session of this.#sessions) session.destroy();
  }

  stop(): void {
    this.#stopped = true;
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) {
      try {
        const session = await this.#current();
        // It was told to leave while this one waited.
        if (session.closed) continue;
        await this.#ask(session, `request ${this.served}`);
        this.served++;
      } catch (error) {
        // It met the GOAWAY on its way: Node itself refuses a request that it has not sent yet.
        if (isRefused(error)) continue;
        this.failures.push(error);
        return;
      }
    }
  }

  /** The connection that all share; the first that finds it closed opens another. */
  async #current(): Promise<http2.ClientHttp2Session> {
    const shared = this.#session;
    const session = await shared;
    if (session !== null && !session.closed) return session;
    if (this.#session === shared) this.#session = this.#connect();
    return this.#session ?? this.#connect();
  }

  async #connect(): Promise<http2.ClientHttp2Session> {
    this.connections++;
    const session = await this.#open();
    session.on('error', (error) => this.failures.push(error));
    this.#sessions.push(session);
    return session;
  }

  async #ask(session: http2.ClientHttp2Session, body: string): Promise<void> {
    const stream = session.request({ ':method': 'POST', ':authority': 'web.test', ':path': '/' });
    stream.end(body);
    const [fields] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    assert.equal(fields[':status'], 200);
    assert.equal(Buffer.concat(parts).toString(), body);
  }
}

async function connect(site: TestDataPlane, scheme: Scheme): Promise<http2.ClientHttp2Session> {
  const { certificate } = await testAuthority();
  const trust = scheme === 'https' ? { ca: certificate, servername: 'web.test' } : {};
  const session = http2.connect(`${scheme}://127.0.0.1:${site[scheme]}`, trust);
  await once(session, 'connect');
  return session;
}

for (const scheme of SCHEMES) {
  suite(`A client over ${scheme} that leaves a connection on GOAWAY loses no request`, () => {
    test('when the gateway drains and another takes its place', async (t) => {
      const old = await start(t);
      const next = await start(t);
      let site = old;
      const client = new SteadyHttp2Client(() => connect(site, scheme));
      t.after(() => client.stop());
      const done = client.run();
      await until(() => client.served > STEADY);
      site = next;
      await old.plane.drain({ delayMs: 0, timeoutMs: 5000 });
      assert.equal(old.metric(METRIC.connections + SCHEMES.indexOf(scheme)), 0);
      const before = client.served;
      await until(() => client.served > before + STEADY);
      client.stop();
      await done;
      assert.deepEqual(client.failures, []);
      assert.equal(client.connections, 2);
    });

    test('when a connection has had its streams', async (t) => {
      const site = await start(t, { maxRequestsPerConnection: 2 });
      const client = new SteadyHttp2Client(() => connect(site, scheme));
      t.after(() => client.stop());
      const done = client.run();
      await until(() => client.served > 5 * STEADY);
      client.stop();
      await done;
      assert.deepEqual(client.failures, []);
      assert.ok(client.connections >= 10, `${client.connections}`);
      await until(() => site.metric(METRIC.connections + SCHEMES.indexOf(scheme)) === 0);
    });

    test('when a connection is old', async (t) => {
      const site = await start(t, { maxConnectionMs: 30 });
      const client = new SteadyHttp2Client(() => connect(site, scheme));
      t.after(() => client.stop());
      const done = client.run();
      await until(() => client.connections >= 5);
      client.stop();
      await done;
      assert.deepEqual(client.failures, []);
    });
  });
}
