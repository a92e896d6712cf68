import { readFileSync } from 'node:fs';
import { processTree } from './process-tree.ts';

/**
 * Memory of a process and its children in KiB: what of it is resident, pages that several processes share counted
 * in parts (proc_pid_smaps_rollup(5), Pss). What the kernel keeps for sockets is not in it.
 */
export function memoryKib(pid: number): number {
  return processTree(pid).reduce((sum, one) => sum + pssKib(one), 0);
}

function pssKib(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1]);
}
