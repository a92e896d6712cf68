import type { FastifyInstance, FastifyRequest } from 'fastify';
import { loadCrdSchemas } from '../../resources/crd-schemas.ts';
import { statusObject } from '../error-body.ts';
import type { GatewayView } from '../gateway-view.ts';
import { queryOf } from '../request-query.ts';
import { answerApi } from './answer.ts';
import { serverVersion } from './discovery.ts';
import { openApiDocument, openApiIndex } from './open-api.ts';
import { apiResources } from './resources.ts';

/**
 * Adds what kubectl asks for: `/api`, `/apis`, `/version` and `/openapi/v3`.
 *
 * @param wall Milliseconds since 1970.
 * @throws {Error} If `crds/` of the installation is broken.
 */
export function addKubeRoutes(app: FastifyInstance, view: GatewayView, wall: () => number): void {
  const resources = apiResources(loadCrdSchemas());
  for (const path of ['/api', '/api/*', '/apis', '/apis/*']) {
    app.get(path, (request, reply) => {
      const asked = { path: decodedPath(request), query: queryOf(request), accept: request.headers.accept };
      const { code, body } = answerApi(asked, { resources, view, nowMs: wall() });
      return reply.code(code).send(body);
    });
  }
  app.get('/version', () => serverVersion(view.version));
  app.get('/openapi/v3', () => openApiIndex(resources));
  app.get('/openapi/v3/apis/*', (request, reply) => {
    const groupVersion = decodedPath(request).replace('/openapi/v3/apis/', '');
    const document = openApiDocument(groupVersion, resources);
    if (document === null) return reply.code(404).send(statusObject(404, `no schema of ${groupVersion}`));
    return reply.send(document);
  });
}

/** The router has refused what cannot be decoded. */
function decodedPath(request: FastifyRequest): string {
  return decodeURIComponent(request.url.split('?', 1)[0] ?? '');
}
