import type { Answer, Filter } from '../filters/filter.ts';
import type { LiveHost } from '../router/live-host.ts';
import type { LiveRoute } from '../router/live-route.ts';
import { httpsLocation, redirectLocation } from '../router/redirect-location.ts';
import { answer, fail, INTERNAL, MISDIRECTED, NOT_FOUND, OVERLOADED, send } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { forward } from './forward.ts';
import { applyRequestFields } from './request-fields.ts';

const UPGRADE_STATUS = 301;

/**
 * Serves one request. The phases stand here once, in the order in which they run:
 * own fields → host → (421) → route → filters → action. An exception is our own bug: 500, the worker lives.
 */
export function serve(exchange: Exchange): void {
  try {
    if (exchange.worker.pressure() === 2) {
      fail(exchange, OVERLOADED, ['retry-after', '1']);
      return;
    }
    if (exchange.method === 'OPTIONS' && exchange.path === '*') {
      send(exchange, 204, [], '');
      return;
    }
    applyRequestFields(exchange);
    const host = exchange.worker.table.findHost(exchange.host);
    if (exchange.client.secure && exchange.downstream.misdirected(exchange.host)) {
      fail(exchange, MISDIRECTED);
      return;
    }
    forwardCertificate(exchange, host);
    const route = host === null ? null : host.match(exchange, exchange.client.secure);
    if (host === null || route === null) {
      fail(exchange, NOT_FOUND);
      return;
    }
    if (!exchange.client.secure && route.plainRedirect) upgrade(exchange, host);
    else run(exchange, route);
  } catch (error) {
    broken(exchange, error);
  }
}

/** Says who the client is, where the host asks for it; what the client itself said is gone by now. */
function forwardCertificate({ client, requestHeaders }: Exchange, host: LiveHost | null): void {
  const forward = host?.tls?.clients?.forward ?? null;
  if (forward === null || !client.certificate) return;
  requestHeaders.push('x-forwarded-client-cert', client.certificate.forwarded(forward));
}

/** The automatic redirect to HTTPS passes only the host's own filters (httpproxy.md part 0). */
function upgrade(exchange: Exchange, host: LiveHost): void {
  exchange.responseFilters = host.upgradeResponseFilters;
  passFilters(exchange, host.upgradeFilters, () => {
    send(exchange, UPGRADE_STATUS, ['location', httpsLocation(exchange)], '');
  });
}

function run(exchange: Exchange, route: LiveRoute): void {
  exchange.route = route;
  exchange.responseFilters = route.responseFilters;
  if (route.requestFilters.length === 0) act(exchange, route);
  else passFilters(exchange, route.requestFilters, () => act(exchange, route));
}

/** Runs filters one behind the other; the first answer ends it. Only a filter that waits makes the request wait. */
function passFilters(exchange: Exchange, filters: readonly Filter[], then: () => void, from = 0): void {
  for (let i = from; i < filters.length; i++) {
    const result = (filters[i] as Filter).onRequest?.(exchange);
    if (result === undefined) continue;
    if (!(result instanceof Promise)) {
      answer(exchange, result);
      return;
    }
    exchange.downstream.pauseRequest();
    result.then(
      (late: Answer | undefined) => {
        // The body waits on: there is nobody yet to take it. An upstream asks for it, an answer drains it.
        if (late !== undefined) answer(exchange, late);
        else passFilters(exchange, filters, then, i + 1);
      },
      (error: unknown) => broken(exchange, error),
    );
    return;
  }
  then();
}

function act(exchange: Exchange, route: LiveRoute): void {
  const { action } = route;
  switch (action.kind) {
    case 'forward':
      forward(exchange, route, action);
      return;
    case 'redirect':
      send(exchange, action.status, ['location', redirectLocation(action, exchange)], '');
      return;
    case 'respond':
      answer(exchange, {
        status: action.status,
        headers: [],
        body: action.body,
        error: action.error,
        flags: '',
      });
      return;
    default:
      action satisfies never;
  }
}

function broken(exchange: Exchange, error: unknown): void {
  exchange.worker.bug(error);
  if (exchange.responseStatus === 0) fail(exchange, INTERNAL);
  else exchange.downstream.abort();
}
