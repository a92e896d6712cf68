import { joinHeader } from '../lib/header-list.ts';
import { isoTime } from './iso-time.ts';
import { jsonText } from './json-text.ts';

/** What the access log needs of one finished request; the exchange implements it. Texts are latin1. */
export interface AccessRecord {
  readonly method: string;
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  readonly authority: string;
  readonly protocol: string;
  readonly requestId: string;
  /** 0: the client got no answer. */
  readonly responseStatus: number;
  /** Letters of Envoy's response flags, separated by commas, or empty. */
  readonly responseFlags: string;
  /** Of the bodies. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly client: {
    readonly address: string;
    readonly port: number;
    readonly localAddress: string;
    readonly localPort: number;
    readonly serverName: string;
  };
  /** `namespace/service/port`, maybe with `#` and a hash; empty without an upstream. */
  readonly upstreamName: string;
  /** `address:port`, or empty. */
  readonly upstreamAddress: string;
  readonly upstreamLocalAddress: string;
  /** Until the head of the upstream's answer, in milliseconds; -1: none came. */
  readonly upstreamMs: number;
  /** Flat `[name, value, …]`, lower-case names. */
  readonly requestHeaders: readonly string[];
  readonly responseHeaders: readonly string[];
  /** Where the protocol has them and they came; they may hold the gRPC status. */
  readonly responseTrailers?: readonly string[];
}

/** The keys of a line, in their order (httpproxy.md 3.5). */
export const ACCESS_LOG_FIELDS = [
  '@timestamp',
  'authority',
  'bytes_received',
  'bytes_sent',
  'downstream_local_address',
  'downstream_remote_address',
  'duration',
  'grpc_status',
  'grpc_status_number',
  'method',
  'path',
  'protocol',
  'request_id',
  'requested_server_name',
  'response_code',
  'response_flags',
  'uber_trace_id',
  'upstream_cluster',
  'upstream_host',
  'upstream_local_address',
  'upstream_service_time',
  'user_agent',
  'x_forwarded_for',
] as const;

/** Names of the gRPC statuses by number, as Envoy writes them. */
const GRPC_STATUSES = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
] as const;

/**
 * One line of the access log: a JSON object of `ACCESS_LOG_FIELDS` in printable ASCII, empty values left
 * out, with its line feed. The path keeps its query, as in Envoy; no other header than those named is logged.
 *
 * @param durationMs From the head of the request to now.
 * @param nowMs Milliseconds since 1970; the line carries the time at which the request began.
 */
export function formatAccessLine(record: AccessRecord, durationMs: number, nowMs = Date.now()): string {
  const { client, requestHeaders } = record;
  let line = `{"@timestamp":"${isoTime(nowMs - durationMs)}"`;
  if (record.authority !== '') line += `,"authority":${jsonText(record.authority)}`;
  line += `,"bytes_received":${record.bytesReceived},"bytes_sent":${record.bytesSent}`;
  if (client.localAddress !== '') {
    line += `,"downstream_local_address":"${hostPort(client.localAddress, client.localPort)}"`;
  }
  if (client.address !== '') {
    line += `,"downstream_remote_address":"${hostPort(client.address, client.port)}"`;
  }
  line += `,"duration":${Math.max(0, Math.round(durationMs))}${grpcStatus(record)}`;
  if (record.method !== '') line += `,"method":${jsonText(record.method)}`;
  if (record.path !== '') line += `,"path":${jsonText(record.path + record.query)}`;
  if (record.protocol !== '') line += `,"protocol":"${record.protocol}"`;
  if (record.requestId !== '') line += `,"request_id":${jsonText(record.requestId)}`;
  if (client.serverName !== '') line += `,"requested_server_name":${jsonText(client.serverName)}`;
  line += `,"response_code":${record.responseStatus}`;
  if (record.responseFlags !== '') line += `,"response_flags":"${record.responseFlags}"`;
  const traceId = joinHeader(requestHeaders, 'uber-trace-id') ?? '';
  if (traceId !== '') line += `,"uber_trace_id":${jsonText(traceId)}`;
  if (record.upstreamName !== '') line += `,"upstream_cluster":${clusterName(record.upstreamName)}`;
  if (record.upstreamAddress !== '') line += `,"upstream_host":"${record.upstreamAddress}"`;
  if (record.upstreamLocalAddress !== '') {
    line += `,"upstream_local_address":"${record.upstreamLocalAddress}"`;
  }
  if (record.upstreamMs >= 0) line += `,"upstream_service_time":"${Math.round(record.upstreamMs)}"`;
  const userAgent = joinHeader(requestHeaders, 'user-agent') ?? '';
  if (userAgent !== '') line += `,"user_agent":${jsonText(userAgent)}`;
  const forwardedFor = joinHeader(requestHeaders, 'x-forwarded-for') ?? '';
  if (forwardedFor !== '') line += `,"x_forwarded_for":${jsonText(forwardedFor)}`;
  return `${line}}\n`;
}

function hostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function grpcStatus(record: AccessRecord): string {
  const text =
    joinHeader(record.responseTrailers ?? [], 'grpc-status') ??
    joinHeader(record.responseHeaders, 'grpc-status');
  if (text === undefined || !/^\d{1,9}$/.test(text)) return '';
  const status = Number(text);
  return `,"grpc_status":"${GRPC_STATUSES[status] ?? status}","grpc_status_number":${status}`;
}

let lastName = '';
let lastCluster = '';

/** `namespace_service_port`, as JSON: the name under which Envoy's users know an upstream. */
function clusterName(upstream: string): string {
  if (upstream !== lastName) {
    const end = upstream.indexOf('#');
    lastCluster = jsonText((end === -1 ? upstream : upstream.slice(0, end)).replaceAll('/', '_'));
    lastName = upstream;
  }
  return lastCluster;
}

/** A batch leaves when it is this old or this long. */
export const BATCH_MS = 200;
export const BATCH_BYTES = 64 * 1024;

export interface BatcherOptions {
  /** Takes a batch that owns its buffer. @returns false when it does not want it. */
  readonly send: (batch: Uint8Array<ArrayBuffer>) => boolean;
  /** Counts lines that nobody wanted. */
  readonly dropped?: (lines: number) => void;
}

/** Gathers the lines of one worker and hands them on in batches of whole lines. */
export class AccessLogBatcher {
  readonly #options: BatcherOptions;
  #text = '';
  #lines = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  /** @param line One line of ASCII with its line feed. */
  add(line: string): void {
    this.#text += line;
    this.#lines++;
    if (this.#text.length >= BATCH_BYTES) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), BATCH_MS).unref();
  }

  /** Hands on what is there. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#lines === 0) return;
    const [text, lines] = [this.#text, this.#lines];
    this.#text = '';
    this.#lines = 0;
    const batch = new Uint8Array(text.length);
    Buffer.from(batch.buffer).write(text, 'latin1');
    if (!this.#options.send(batch)) this.#options.dropped?.(lines);
  }

  /** The same, at the end. */
  close(): void {
    this.flush();
  }
}
