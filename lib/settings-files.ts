/** Checks of files that settings name: the SQLite file, and the list of breached passwords. */
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { isReadableByOthers } from './jwt/keys.ts'
import type { Report } from './settings-problems.ts'
import { databaseTarget } from './settings-values.ts'

/** A line as Have I Been Pwned publishes it: SHA-1 in upper-case hexadecimal digits, and how often it was seen. */
const LINE = /^[0-9A-F]{40}:\d+$/

/** Bytes that are read from the start and from the end. */
const SAMPLE = 4096

/**
 * Reports a DATABASE_URL that names no database, and an SQLite file that other users of the machine can read: Latchkey makes its
 * own for its owner alone, but leaves one that is there as it is.
 */
export function checkDatabaseUrl(url: string, report: Report): void {
  if (!/^(file:.|postgres(ql)?:\/\/.)/.test(url)) report('E007', 'DATABASE_URL', 'It names no SQLite file and no PostgreSQL database.')
  if (!/^file:./.test(url)) return
  const target = databaseTarget(url)
  if (target.provider !== 'sqlite' || !existsSync(target.file)) return
  const canBeReached = (statSync(dirname(target.file)).mode & 0o001) !== 0
  if (canBeReached && isReadableByOthers(target.file)) report('W004', 'DATABASE_URL', 'Others than the owner can read the SQLite file.')
}

/**
 * Reports a list that is missing, cannot be read or is not one of sorted hashes, as far as its first and last lines tell.
 * `passwords verify-list` reads all of it.
 */
export function checkBreachedPasswords(path: string, report: Report) {
  const refuse = (message: string) => report('E054', 'BREACHED_PASSWORDS_FILE', message)
  try {
    // Opening a pipe waits until something writes to it.
    if (!statSync(path).isFile()) return refuse('It is not a file.')
    const problem = problemOf(sampleLines(path))
    if (problem !== null) refuse(problem)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    refuse(code === 'ENOENT' ? 'There is no such file.' : `It cannot be read (${code}).`)
  }
}

function problemOf(lines: string[]): string | null {
  if (lines.length === 0) return 'It is empty.'
  if (!lines.every((line) => LINE.test(line))) return 'It has a line that is not HASH:COUNT.'
  if (lines.some((line, at) => at > 0 && line.slice(0, 40) <= (lines[at - 1] as string).slice(0, 40))) return 'It is not sorted by hash.'
  return null
}

/** The whole lines among the first and the last bytes of a file. */
function sampleLines(path: string): string[] {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const read = (position: number, length: number) => {
      const bytes = Buffer.alloc(length)
      return bytes.toString('latin1', 0, readSync(file, bytes, 0, length, position)).split('\n')
    }
    const lines = read(0, Math.min(size, SAMPLE))
    if (size > SAMPLE) {
      const position = Math.max(SAMPLE, size - SAMPLE)
      lines.pop()
      lines.push(...read(position, size - position).slice(1))
    }
    if (lines.at(-1) === '') lines.pop()
    return lines.map((line) => line.replace(/\r$/, ''))
  } finally {
    closeSync(file)
  }
}
