/** The daemon's log: one JSON object a line, as journald and everybody else reads it. */
import { pino } from 'pino';
import type { Log } from '../runtime/index.ts';
import type { LogLevel } from './config.ts';

export type LogOptions = {
  readonly level: LogLevel;
  /** Gets each line, without its end. */
  readonly write: (line: string) => void;
};

export function createLog({ level, write }: LogOptions): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => write(line.trimEnd()) },
  );
  return (at, message, details) => {
    logger[at](details ?? {}, message);
  };
}
