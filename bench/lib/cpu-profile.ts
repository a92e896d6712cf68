/** What `node --cpu-prof` writes, as far as it is read here: the Profile type of the DevTools protocol. */
export interface CpuProfile {
  readonly nodes: readonly CpuProfileNode[];
  /** Node ids, in the order of time. */
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

interface CpuProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

/** Time in one function itself, without those that it calls. */
export interface SelfTime {
  /** V8 has some that are no function: `(program)`, native code without a name, and `(garbage collector)`. */
  readonly name: string;
  /** `src/http1/request-head.ts:30`, `node:net:812`, `native`, or empty for what is no function. */
  readonly place: string;
  readonly ms: number;
}

const IDLE = new Set(['(idle)', '(root)']);

/**
 * Time of each function at work, the longest first; idle time is none.
 *
 * @param root URL of a folder: places below it are relative to it.
 */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile, root: string): readonly SelfTime[] {
  const msOf = new Map<number, number>();
  for (const [index, id] of samples.entries()) {
    msOf.set(id, (msOf.get(id) ?? 0) + Math.max(timeDeltas[index] ?? 0, 0) / 1000);
  }
  const sums = new Map<string, SelfTime>();
  for (const { id, callFrame } of nodes) {
    const ms = msOf.get(id);
    if (ms === undefined || IDLE.has(callFrame.functionName)) continue;
    const { functionName } = callFrame;
    const name = functionName === '' ? '(anonymous)' : functionName;
    const place = placeOf(callFrame, root);
    const key = `${name} ${place}`;
    sums.set(key, { name, place, ms: ms + (sums.get(key)?.ms ?? 0) });
  }
  return [...sums.values()].sort((left, right) => right.ms - left.ms);
}

function placeOf({ functionName, url, lineNumber }: CpuProfileNode['callFrame'], root: string): string {
  if (url !== '') return `${url.replace(root, '')}:${lineNumber + 1}`;
  return functionName.startsWith('(') ? '' : 'native';
}

/** The first of them with their share of all, a line each. */
export function selfTimeLines(times: readonly SelfTime[], count: number): readonly string[] {
  const total = times.reduce((sum, { ms }) => sum + ms, 0);
  return times.slice(0, count).map(({ name, place, ms }) => {
    const share = `${((ms / total) * 100).toFixed(1)} %`;
    return `${share.padStart(7)} ${`${ms.toFixed(0)} ms`.padStart(9)}  ${name}  ${place}`.trimEnd();
  });
}
