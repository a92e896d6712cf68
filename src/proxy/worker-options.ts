/** What the gateway tells its workers at their start. Plain data that survives structured clone. */
export interface WorkerOptions {
  /** 32 bytes that ticket keys are derived from, the same for all workers. */
  readonly ticketSecret: Uint8Array;
  /** PROXY header required from these peers (empty: from any), or null: off. */
  readonly trustedProxies: readonly string[] | null;
  /** Client connections at once of one worker, for each listener; 0: no cap. */
  readonly maxConnections: number;
  readonly accessLog: 'all' | 'error' | 'critical' | 'off';
  /** Value of the variable HOSTNAME. */
  readonly hostname: string;
  /** One byte shared by all threads: the level of memory pressure, 0 to 2. */
  readonly pressure: SharedArrayBuffer;
}
