import { NO_LENGTH, type ResponseHead } from '../http1/message.ts';
import { Alarm } from '../lib/timer-wheel.ts';
import { type Lending, OWNED, type Wire, type WireHandler } from '../lib/wire.ts';
import type { LiveBackend } from '../router/live-route.ts';
import type { Forward } from '../snapshot/virtual-host.ts';
import type { AttemptListener, AttemptRequest } from '../upstream/attempt.ts';
import type { UpstreamConnection } from '../upstream/connection.ts';
import type { LiveEndpoint } from '../upstream/endpoint.ts';
import type { UpstreamPool } from '../upstream/pool.ts';
import { badResponse, NO_ENDPOINT, OVERFLOW, type ProxyError } from '../upstream/proxy-error.ts';
import { ENDPOINT_CELL, UPSTREAM_CELL } from '../workers/cells.ts';
import { type Failure, fail, finishHeaders } from './answer.ts';
import type { RequestSink } from './downstream.ts';
import type { Exchange } from './exchange.ts';
import { ForwardDeadlines, RESPONSE_TIMEOUT } from './forward-deadlines.ts';
import { mirror } from './mirror.ts';
import type { RequestBody } from './request-body.ts';
import { backoffMs, isIdempotent, RetryDelay, retriesFailure, retriesResponse } from './retry.ts';
import { Tunnel } from './tunnel.ts';

/** A request as it goes to every attempt. */
export interface ForwardedRequest extends AttemptRequest {
  readonly target: string;
}

/** One exchange on its way through an upstream: attempts, retries, deadlines, flow in both directions. */
export class Forwarding extends ForwardDeadlines implements AttemptListener, RequestSink {
  readonly #backend: LiveBackend;
  readonly #pool: UpstreamPool;
  readonly #request: ForwardedRequest;
  readonly #body: RequestBody;
  #connection: UpstreamConnection | null = null;
  #endpoint: LiveEndpoint | null = null;
  #leaveQueue: (() => void) | null = null;
