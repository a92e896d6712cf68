import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Round, Subject } from './bench-case.ts';
import type { CpuProfile, SelfTime } from './cpu-profile.ts';
import { selfTimes } from './cpu-profile.ts';
import { BENCH } from './site.ts';

/** One thread's profile. */
export interface ThreadProfile {
  /** Where the `.cpuprofile` lies. */
  readonly path: string;
  /** 0: the main thread. */
  readonly thread: number;
  readonly times: readonly SelfTime[];
}

/** Between samples; V8's default is twice as much. */
const INTERVAL_US = 500;

const ROOT_URL = pathToFileURL(join(BENCH, '../')).href;

/**
 * Measures a subject that is Sluice while V8 samples where its threads are. Its start is in the profiles too.
 *
 * @param folder Takes the profiles; what is in it goes.
 * @returns Those of the workers first.
 */
export async function profiled(
  subject: Subject,
  { folder, ...round }: Round & { readonly folder: string },
): Promise<readonly ThreadProfile[]> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const flags = `--cpu-prof --cpu-prof-interval=${INTERVAL_US} --cpu-prof-dir=${JSON.stringify(folder)}`;
  const sluice = { env: { NODE_OPTIONS: flags } };
  await subject.measure({ ...round, site: { ...round.site, sluice } });
  const profiles: ThreadProfile[] = [];
  for (const file of await readdir(folder)) {
    const path = join(folder, file);
    const profile = JSON.parse(await readFile(path, 'utf8')) as CpuProfile;
    profiles.push({ path, thread: threadOf(file), times: selfTimes(profile, ROOT_URL) });
  }
  return profiles.sort((left, right) => Number(left.thread === 0) - Number(right.thread === 0));
}

/** `CPU.DATE.TIME.PID.THREAD.NUMBER.cpuprofile` */
function threadOf(file: string): number {
  return Number(file.split('.')[4]);
}
