import { readFileSync } from 'node:fs';

/** Where a container's memory limit stands: cgroup v2, then v1. */
const LIMIT_FILES = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'];
/** Limits above this are none: v1 writes a huge number. */
const NO_LIMIT_BYTES = 2 ** 50;

/** Levels of shortage (availability.md, When something dies): no keep-alive from 92 %, refuse from 95 %. */
const NO_KEEP_ALIVE = 0.92;
const REFUSE = 0.95;

/** The memory limit of the cgroup in bytes, or null when there is none. */
export function readMemoryLimit(
  read: (path: string) => string = (path) => readFileSync(path, 'latin1'),
): number | null {
  for (const path of LIMIT_FILES) {
    try {
      const bytes = Number(read(path).trim());
      if (Number.isFinite(bytes) && bytes > 0 && bytes < NO_LIMIT_BYTES) return bytes;
    } catch {
      // Another version of cgroups, or none.
    }
  }
  return null;
}

/** @returns 0: enough; 1: answers close their connections; 2: requests are refused. */
export function memoryPressure(usedBytes: number, limitBytes: number | null): 0 | 1 | 2 {
  if (limitBytes === null) return 0;
  if (usedBytes >= limitBytes * REFUSE) return 2;
  return usedBytes >= limitBytes * NO_KEEP_ALIVE ? 1 : 0;
}
