import { fastify } from 'fastify';

/** A service of the demo, on a port of 127.0.0.1. */
export interface DemoService {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts one version of the service: it says hello, and shows at `/headers` what reached it. */
export async function startDemoService(version: string): Promise<DemoService> {
  const app = fastify({ forceCloseConnections: true });
  app.get('/headers', async ({ headers }) => ({ service: version, headers }));
  app.all('/*', async ({ method, url }) => `hello from ${version}: ${method} ${url}\n`);
  const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  return {
    port: Number(url.port),
    close: async () => {
      await app.close();
    },
  };
}
