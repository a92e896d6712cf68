import { readdir, readFile } from 'node:fs/promises';

/** The process at one moment. -1 stands for unknown. */
export interface ProcessSample {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  /** Seconds since 1970. */
  readonly startedSeconds: number;
  readonly openFiles: number;
  readonly maxFiles: number;
}

/** Asks the system how much this process, with all its threads, uses. Never throws. */
export async function sampleProcess(nowMs: number): Promise<ProcessSample> {
  const { user, system } = process.cpuUsage();
  const [files, limits] = await Promise.all([
    readdir('/proc/self/fd').catch(() => null),
    readFile('/proc/self/limits', 'latin1').catch(() => ''),
  ]);
  const maxFiles = /^Max open files +(\d+)/m.exec(limits)?.[1];
  return {
    cpuSeconds: (user + system) / 1e6,
    residentBytes: process.memoryUsage.rss(),
    startedSeconds: nowMs / 1000 - process.uptime(),
    openFiles: files?.length ?? -1,
    maxFiles: maxFiles === undefined ? -1 : Number(maxFiles),
  };
}
