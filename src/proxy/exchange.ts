import type { ClientInfo, Filter, FilterContext } from '../filters/filter.ts';
import type { RequestHead } from '../http1/message.ts';
import type { LiveRoute } from '../router/live-route.ts';
import type { ProxyErrorCode } from '../snapshot/error-codes.ts';
import type { Downstream, RequestSink } from './downstream.ts';
import { trustedAddress } from './trusted-address.ts';
import type { WorkerContext } from './worker-context.ts';

const NO_HEADERS: string[] = [];
const NO_FILTERS: readonly Filter[] = [];

/** One request's whole state, for both protocols, from its parsed head to its last byte. */
export class Exchange implements FilterContext {
  readonly worker: WorkerContext;
  /** Replaced where answers have to be translated for the client. */
  downstream: Downstream;
  readonly client: ClientInfo;
  readonly protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2';
  readonly method: string;
  readonly path: string;
  query: string;
  readonly authority: string;
  readonly host: string;
  readonly requestHeaders: string[];
  /** Bytes, 0 for none, or CHUNKED. */
  readonly bodyLength: number;
  readonly expectContinue: boolean;
  readonly teTrailers: boolean;
  readonly upgrade: 'websocket' | null;
  /** Monotonic milliseconds of this thread. */
  readonly startedMs: number;

  upstreamAuthority: string;
  requestId = '';
  route: LiveRoute | null = null;
  /** What answers of our own pass. */
  responseFilters: readonly Filter[] = NO_FILTERS;
  corsOrigin = '';
  sink: RequestSink | null = null;
  responseStatus = 0;
  responseHeaders: string[] = NO_HEADERS;
  responseTrailers: readonly string[] = NO_HEADERS;
  error: ProxyErrorCode | null = null;
  flags = '';
  upstreamName = '';
  upstreamAddress = '';
  upstreamLocalAddress = '';
  /** Milliseconds from the first byte to the upstream to the head of its answer; -1: none came. */
  upstreamMs = -1;
  bytesReceived = 0;
  bytesSent = 0;
  #recorded = false;

  /** @param protocol null: the version of HTTP/1 that the head says. */
  constructor(
    worker: WorkerContext,
    downstream: Downstream,
    client: ClientInfo,
    head: RequestHead,
    protocol: 'HTTP/2' | null = null,
  ) {
    this.worker = worker;
    this.downstream = downstream;
    this.client = client;
    this.protocol = protocol ?? (head.minorVersion === 1 ? 'HTTP/1.1' : 'HTTP/1.0');
    this.method = head.method;
    this.path = head.path;
    this.query = head.query;
    this.authority = head.authority;
    this.host = head.host;
    this.requestHeaders = head.headers;
    this.bodyLength = head.bodyLength;
    this.expectContinue = head.expectContinue;
    this.teTrailers = head.teTrailers;
    this.upgrade = head.upgrade;
    this.upstreamAuthority = head.authority;
    this.startedMs = worker.now();
  }

  /** What the router matches on. */
  get headers(): readonly string[] {
    return this.requestHeaders;
  }

  get secure(): boolean {
    return this.client.secure;
  }

  get scheme(): 'http' | 'https' {
    return this.client.secure ? 'https' : 'http';
  }

  get remoteAddress(): string {
    const { trustedHops } = this.worker.table.settings;
    const connected = this.client.address;
    return trustedHops === 0 ? connected : trustedAddress(this.requestHeaders, { trustedHops, connected });
  }

  get responseFlags(): string {
    return this.flags;
  }

  /** Counts and logs the exchange, once, when its last byte was handed over or it was given up. */
  finish(): void {
    if (this.#recorded) return;
    this.#recorded = true;
    this.worker.record(this);
  }
}
