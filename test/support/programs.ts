import { findProgram } from '../../scripts/find-program.ts';

/**
 * For a test's or suite's option `skip`: false when all programs are there, else the line that names those
 * that are not, which the runner prints beside the skipped suite. `npm test` has tried to install them.
 */
export function missingPrograms(...names: readonly string[]): false | string {
  const missing = names.filter((name) => findProgram(name) === undefined);
  return missing.length > 0 && `needs ${missing.join(' and ')}, which this machine does not have`;
}

/**
 * The path of a program that the test has said it needs.
 *
 * @throws {Error} When it is not there: the test forgot `skip: missingPrograms(name)`.
 */
export function needProgram(name: string): string {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`${name} is not on PATH: add skip: missingPrograms('${name}')`);
  return path;
}
