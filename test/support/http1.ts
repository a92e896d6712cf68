import type { TestContext } from 'node:test';
import {
  documents,
  httpProxy,
  service,
  startTestGateway,
  type TestGateway,
  type TestGatewayOptions,
} from './gateway.ts';
import { RawClient } from './raw.ts';

/** A gateway with one host, `web.test`, whose every path goes to one upstream. */
export interface Proxied {
  readonly gateway: TestGateway;
  connect(): Promise<RawClient>;
  /** Sends bytes on a connection of its own and resolves with all that came until the gateway ended it. */
  exchange(bytes: string): Promise<string>;
}

/**
 * Starts that gateway.
 *
 * @param options.route Further fields of the route, in YAML flow style, as `enableWebsockets: true`.
 */
export async function proxied(
  context: TestContext,
  upstream: { readonly port: number },
  options: Omit<TestGatewayOptions, 'manifests'> & { readonly route?: string } = {},
): Promise<Proxied> {
  const { route, ...rest } = options;
  const fields = route === undefined ? '' : `${route}, `;
  const gateway = await startTestGateway(context, {
    ...rest,
    manifests: {
      'app.yaml': documents(
        service('web', [upstream.port]),
        httpProxy(
          'web',
          `  virtualhost: {fqdn: web.test}\n  routes: [{${fields}services: [{name: web, port: 80}]}]`,
        ),
      ),
    },
  });
  const connect = () => RawClient.connect(context, gateway.http);
  return {
    gateway,
    connect,
    exchange: async (bytes) => {
      const client = await connect();
      client.send(bytes);
      return client.untilEnd();
    },
  };
}

/** Counts answers in what a client received. */
export function statuses(received: string): readonly number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}

/** The value of one series of `/metrics`, written as there, labels and all; 0 when it is left out. */
export async function metric(gateway: TestGateway, series: string): Promise<number> {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length + 1));
}
