import { STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from '../lib/logger.ts';
import { errorBody } from './error-body.ts';
import { isAllowedHost } from './host-check.ts';

/** Where to listen; port 0 takes any free one. */
export interface BindAddress {
  /** IP address; IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
}

/** A server that listens. */
export interface RunningServer extends BindAddress {
  /** `http://127.0.0.1:9901`; for an unspecified address, loopback. */
  readonly url: string;
  /** Ends its connections too. Resolves when the address is free. */
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly bind: BindAddress;
  /** Names allowed in `Host`; null: all. */
  readonly hosts: readonly string[] | null;
  readonly logger: Logger;
  /** Adds the routes. */
  readonly routes: (app: FastifyInstance) => void;
}

const MAX_CONNECTIONS = 512;
const MAX_HEAD_BYTES = 32 * 1024;
/** Requests have no body; what one brings is not read further than this. */
const MAX_BODY_BYTES = 1024;
const REQUEST_TIMEOUT_MS = 10_000;
const CONNECTION_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 30_000;
const MAX_SEGMENT_LENGTH = 1024;

const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Opens a read-only HTTP server for operators: only GET and HEAD, only hosts that are allowed, security headers
 * on every answer, and limits on everything that a client may hold.
 *
 * @throws {Error} If the address cannot be bound.
 */
export async function openServer(options: ServerOptions): Promise<RunningServer> {
  const { bind, hosts, logger, routes } = options;
  const app = Fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_SEGMENT_LENGTH },
    http: { maxHeaderSize: MAX_HEAD_BYTES, headersTimeout: REQUEST_TIMEOUT_MS },
    frameworkErrors: (error, request, reply) => {
      reply.headers(SECURITY_HEADERS);
      sendError(request, reply, { code: error.statusCode ?? 400, text: error.message });
    },
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    const refusal = refusalOf(request, hosts);
    if (refusal === null) done();
    else {
      if (refusal.code === 405) reply.header('allow', 'GET, HEAD');
      sendError(request, reply, refusal);
    }
  });
  app.setNotFoundHandler((request, reply) =>
    sendError(request, reply, { code: 404, text: `nothing is at ${pathOf(request)}` }),
  );
  app.setErrorHandler((error: Error & { readonly statusCode?: number }, request, reply) => {
    const code = error.statusCode ?? 500;
    if (code < 500) return sendError(request, reply, { code, text: error.message });
    logger.error('a bug of the gateway: an admin request failed', {
      path: pathOf(request),
      stack: error.stack ?? error.message,
    });
    return sendError(request, reply, { code: 500, text: STATUS_CODES[500] ?? '' });
  });
  try {
    routes(app);
    await app.listen({ host: bind.address, port: bind.port });
  } catch (error) {
    await app.close();
    throw error;
  }
  const { address, port } = app.server.address() as AddressInfo;
  return { address, port, url: urlOf(address, port), close: () => app.close() };
}

interface Refusal {
  readonly code: number;
  readonly text: string;
}

function refusalOf(request: FastifyRequest, hosts: readonly string[] | null): Refusal | null {
  if (!request.url.startsWith('/'))
    return { code: 400, text: 'ask for a path: the target must begin with /' };
  const { host } = request.headers;
  if (hosts !== null && (repeatsHost(request) || !isAllowedHost(host, hosts)))
    return {
      code: 403,
      text: `host ${JSON.stringify(host ?? '')} is not allowed here: use an IP address or localhost, or start the gateway with --admin-host`,
    };
  if (request.method === 'GET' || request.method === 'HEAD') return null;
  return { code: 405, text: `${request.method} is not possible: this address is read-only, GET and HEAD` };
}

/** Node keeps the first of several; another reader may take the last (RFC 9112 §3.2). */
function repeatsHost(request: FastifyRequest): boolean {
  const { rawHeaders } = request.raw;
  return rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length > 1;
}

function sendError(request: FastifyRequest, reply: FastifyReply, { code, text }: Refusal): FastifyReply {
  return reply.code(code).send(errorBody(pathOf(request), code, text));
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '/';
}

function urlOf(address: string, port: number): string {
  if (address === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (address === '::') return `http://[::1]:${port}`;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
