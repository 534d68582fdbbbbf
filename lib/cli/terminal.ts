import type { Readable, Writable } from 'node:stream'

/** Standard input, output and error of a command; tests give streams of their own. */
export interface Terminal {
  input: Readable & { isTTY?: boolean }
  output: Pick<Writable, 'write'>
  errors: Pick<Writable, 'write'> & { isTTY?: boolean }
}

export const processTerminal = (): Terminal => ({ input: process.stdin, output: process.stdout, errors: process.stderr })

/** Prints a line of the result. */
export const say = ({ output }: Terminal, text: string): void => void output.write(`${text}\n`)

/** Prints a line to standard error. */
export const warn = ({ errors }: Terminal, text: string): void => void errors.write(`${text}\n`)

export const sayJson = (terminal: Terminal, value: unknown): void => say(terminal, JSON.stringify(value, null, 2))

/** Columns as wide as their widest cell, two blanks apart. */
export function table(headings: string[], rows: string[][]): string {
  const widths = headings.map((heading, column) => Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [headings, ...rows].map(line).join('\n')
}

/** Makes a user's text safe for a terminal: no control character moves its cursor or hides a line (CWE-150). */
export const printable = (text: string) => text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '�')

/** Ends a command with a line for the person who typed it; no stack trace. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message)
    this.name = 'CommandError'
  }
}

/** Most accounts of one list. */
const MAX_LISTED = 10_000

/** How many accounts `--limit` asks for. @throws CommandError for what is no such number */
export function readLimit(text: string): number {
  const limit = Number(text)
  if (!/^\d+$/.test(text) || limit < 1 || limit > MAX_LISTED) throw new CommandError(`--limit is a number from 1 to ${MAX_LISTED}`, 2)
  return limit
}
