/** Runs `undo` when this process ends, unless the returned function has run it before. */
export function atExit(undo: () => void): () => void {
  function run(): void {
    process.off('exit', run);
    undo();
  }
  process.once('exit', run);
  return run;
}

/** Makes signals end this process by way of {@link atExit}; otherwise they would leave everything behind. */
export function exitOnSignals(): void {
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
}
