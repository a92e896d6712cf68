import type { FastifyInstance, FastifyReply } from 'fastify';
import { explainRequest } from './explain.ts';
import type { GatewayView } from './gateway-view.ts';
import { locateIn } from './locate-field.ts';
import { queryOf } from './request-query.ts';
import { certificatesReport, routesReport, upstreamsReport } from './v1-reports.ts';

/** Adds `/v1/listeners`, `routes`, `upstreams`, `certificates`, `workers` and `explain`. */
export function addV1Routes(app: FastifyInstance, view: GatewayView): void {
  const reports: Readonly<Record<string, (query: URLSearchParams) => object>> = {
    listeners: () => ({ listeners: view.listeners() }),
    routes: (query) => routesReport(view, query.get('host')),
    upstreams: () => upstreamsReport(view),
    certificates: () => certificatesReport(view),
    workers: () => ({ workers: view.workers() }),
  };
  for (const [name, report] of Object.entries(reports)) {
    app.get(`/v1/${name}`, (request, reply) => sendJson(reply, report(queryOf(request))));
  }
  app.get('/v1/explain', (request, reply) => {
    const query = queryOf(request);
    const url = query.get('url');
    if (url === null)
      return sendJson(reply.code(400), {
        error: 'url is missing: ask /v1/explain?method=GET&url=http://host/path',
      });
    const asked = { method: query.get('method') ?? 'GET', url, headers: query.getAll('header') };
    const answer = explainRequest(asked, {
      snapshot: view.snapshot(),
      locate: locateIn((ref) => view.originOf(ref)),
    });
    return answer.ok ? sendJson(reply, answer.value) : sendJson(reply.code(400), { error: answer.error });
  });
}

/** For people with curl: indented. */
function sendJson(reply: FastifyReply, value: object): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(`${JSON.stringify(value, null, 2)}\n`);
}
