import type { Logger } from '../lib/logger.ts';
import type { GatewayView } from './gateway-view.ts';
import { addKubeRoutes } from './kube/routes.ts';
import { PAGE_POLICY, renderPage } from './page.ts';
import { addProbes } from './probes.ts';
import { type BindAddress, openServer, type RunningServer } from './server.ts';
import { summaryOf } from './summary.ts';
import { addV1Routes } from './v1-routes.ts';

export interface AdminOptions {
  readonly view: GatewayView;
  readonly address: BindAddress;
  /** Names allowed in `Host` beside IP addresses and `localhost`. */
  readonly adminHosts: readonly string[];
  readonly logger: Logger;
  /** Milliseconds since 1970, for ages; the system's by default. */
  readonly wall?: () => number;
}

/**
 * Opens the admin address: probes, metrics, `/v1`, the Kubernetes-shaped reads and the page `/`.
 *
 * @throws {Error} If the address cannot be bound, or `crds/` of the installation is broken.
 */
export function startAdmin(options: AdminOptions): Promise<RunningServer> {
  const { view, address, adminHosts, logger, wall = Date.now } = options;
  return openServer({
    bind: address,
    hosts: adminHosts,
    logger,
    routes: (app) => {
      addProbes(app, view);
      addV1Routes(app, view);
      addKubeRoutes(app, view, wall);
      app.get('/', (request, reply) => {
        reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8');
        return reply.send(renderPage(summaryOf(view), `http://${request.headers.host ?? ''}`));
      });
    },
  });
}
