/** One thing that is timed, the same for every proxy. */
export interface BenchCase {
  readonly name: string;
  readonly summary: string;
  /** Manifests that make Sluice forward to the upstreams, below `bench/manifests`. */
  readonly manifests: string;
  /** Configuration of the peer, below `bench/peers`. */
  readonly nginxConfig: string;
  readonly requestPath: string;
  /** Connections of the load generator. */
  readonly connections: number;
  /** What the answer's body must be; looked at once a proxy, before it is measured. */
  readonly expectedBody: string;
}

/** Every manifest and configuration of the bench uses these. */
export const BENCH_HOST = 'bench.test';
export const SLUICE_PORT = 18_080;
export const NGINX_PORT = 18_081;
/** Where the upstreams answer. */
export const UPSTREAM_PORTS = [19_001, 19_002] as const;
