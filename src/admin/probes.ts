import type { FastifyInstance } from 'fastify';
import { METRICS_CONTENT_TYPE } from '../telemetry/exposition.ts';
import type { GatewayView } from './gateway-view.ts';

const TEXT = 'text/plain; charset=utf-8';

/** `/livez`: the main thread answers. `/readyz`: 200 or 503. `/metrics`. */
export function addProbes(app: FastifyInstance, view: Pick<GatewayView, 'ready' | 'metrics'>): void {
  app.get('/livez', (_request, reply) => reply.type(TEXT).send('ok\n'));
  app.get('/readyz', (_request, reply) => {
    const ready = view.ready();
    return reply
      .code(ready ? 200 : 503)
      .type(TEXT)
      .send(ready ? 'ok\n' : 'not ready\n');
  });
  app.get('/metrics', async (_request, reply) => reply.type(METRICS_CONTENT_TYPE).send(await view.metrics()));
}
