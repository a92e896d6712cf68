import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { processTree } from './process-tree.ts';

/** Processor time of a process and of its children so far, all threads, user and system, in microseconds. */
export function processorTimeUs(pid: number): number {
  return processTree(pid).reduce((sum, one) => sum + ticksOf(one), 0) * tickUs();
}

/** Fields 14 and 15 of /proc/PID/stat; the name before them may hold spaces and brackets (proc(5)). */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

let cachedTickUs: number | undefined;

function tickUs(): number {
  cachedTickUs ??= 1e6 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return cachedTickUs;
}
