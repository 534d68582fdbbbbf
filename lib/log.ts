/** The log: a line of JSON on standard output for each thing that happened. Nothing that a client keeps secret goes into it. */
import { type Logger, pino } from 'pino'
import { ApiError } from './errors.ts'
import { processValue } from './process-state.ts'
import { settings } from './settings.ts'

/** What JSON leaves as it is, although terminals obey some of it (C1 controls) and viewers break lines at the rest. */
const UNESCAPED = /[\x7f-\x9f\u2028\u2029]/g
const escapeCharacter = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/**
 * A logger that writes one line per entry, for any values (ASVS 16.4.1). `event` says what happened.
 * @param level the least level that is written @param write takes each line with its end
 */
export const createLogger = (level: string, write: (line: string) => unknown): Logger =>
  pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => write(line.replace(UNESCAPED, escapeCharacter)) },
  )

const logger = processValue<Logger>('logger')

/** The log of this process, at LOG_LEVEL. */
export function log(): Logger {
  logger.current ??= createLogger(settings().LOG_LEVEL, (line) => process.stdout.write(line))
  return logger.current
}

/**
 * What a log says of an error: its kind and its place alone, since messages of database drivers and parsers may quote values.
 */
export function errorFields(error: unknown): { error: string; code: unknown; at: string[]; detail?: string } {
  const { name, code, stack } =
    error instanceof Error ? (error as Error & { code?: unknown }) : { name: typeof error, code: undefined, stack: '' }
  const frames = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  // What answers say is fit for the log, too.
  const detail = error instanceof ApiError && { detail: error.message }
  return { error: name, code, ...detail, at: frames.slice(0, 8).map((frame) => frame.trim()) }
}
