/** What the load generator saw. Latencies in milliseconds. */
export interface Load {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

/** What to ask for. */
export interface LoadOptions {
  readonly port: number;
  /** Default: plain HTTP. */
  readonly tls?: boolean;
  /** HTTP/2, with so many requests at once on each connection; default HTTP/1.1, which has one. */
  readonly streams?: number;
  /** One is asked for over and over; several, on each of the hosts, in an order that is mixed but always the same. */
  readonly paths: readonly string[];
  /** Hosts of the requests; default the site's. */
  readonly hosts?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** POSTs a body of so many bytes. */
  readonly uploadBytes?: number;
  /** POSTs gRPC's message and waits for another; only over HTTP/2. */
  readonly grpc?: boolean;
  readonly connections: number;
  /** Status of 400 or above that every answer has; default: all are below 400. */
  readonly refused?: number;
  /** Pause of each connection between an answer and the next request, in milliseconds; default none. */
  readonly thinkMs?: number;
  readonly cores?: readonly number[];
}

/** Where and how long. */
export interface LoadRun {
  /** Takes the files of the load generator. */
  readonly folder: string;
  readonly seconds: number;
}
