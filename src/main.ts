import { main } from './cli/main.ts';

const END_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

// The entry of the program: bin/sluice runs this file, nothing imports it.
process.exitCode = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  color: process.stdout.isTTY === true && !process.env.NO_COLOR,
  terminal: process.stderr.isTTY === true,
  env: process.env,
  signals: {
    listen(onSignal) {
      for (const signal of END_SIGNALS) process.on(signal, onSignal);
    },
    exit: (status) => process.exit(status),
  },
});
