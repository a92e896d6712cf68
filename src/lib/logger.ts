/** The log of the gateway itself. `fields` are flat; secrets never come here. */
export interface Logger {
  debug(text: string, fields?: LogFields): void;
  info(text: string, fields?: LogFields): void;
  warn(text: string, fields?: LogFields): void;
  error(text: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: 'text' | 'json';
  /** Takes one whole line with its line feed. */
  readonly write: (line: string) => void;
  readonly wall: () => number;
}

/** Writes one line a call, as `time level text name=value …` or as one JSON object. */
export function createLogger(options: LoggerOptions): Logger {
  const threshold = LEVELS.indexOf(options.level);
  const log = (level: LogLevel, text: string, fields: LogFields = {}): void => {
    if (LEVELS.indexOf(level) < threshold) return;
    const time = new Date(options.wall()).toISOString();
    if (options.format === 'json') {
      options.write(`${JSON.stringify({ time, level, message: text, ...fields })}\n`);
      return;
    }
    let line = `${time} ${level} ${text}`;
    for (const [name, value] of Object.entries(fields)) {
      if (value !== undefined) line += ` ${name}=${JSON.stringify(value)}`;
    }
    options.write(`${line}\n`);
  };
  return {
    debug: (text, fields) => log('debug', text, fields),
    info: (text, fields) => log('info', text, fields),
    warn: (text, fields) => log('warn', text, fields),
    error: (text, fields) => log('error', text, fields),
  };
}

/** Logs nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
