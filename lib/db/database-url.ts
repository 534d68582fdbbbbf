/** Reads DATABASE_URL: which database, and where. */

import { existsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isReadableByOthers } from '../jwt/keys-file.ts'
import type { Report } from '../settings-problems.ts'

export type DatabaseTarget =
  | { provider: 'sqlite' /** absolute path of the file */; file: string }
  | { provider: 'postgresql'; connectionString: string; schema: string | undefined }

/** Parameters that Prisma's own URLs carry and PostgreSQL's driver does not know. */
const PRISMA_PARAMETERS = ['schema', 'connection_limit', 'pool_timeout', 'pgbouncer', 'socket_timeout', 'connect_timeout']

/** @param url a value that settings.ts has accepted; a relative file is relative to the working directory */
export function databaseTarget(url: string): DatabaseTarget {
  if (url.startsWith('file:')) return { provider: 'sqlite', file: resolve(filePath(url)) }
  const parsed = new URL(url)
  const schema = parsed.searchParams.get('schema') ?? undefined
  for (const parameter of PRISMA_PARAMETERS) parsed.searchParams.delete(parameter)
  return { provider: 'postgresql', connectionString: parsed.href, schema }
}

function filePath(url: string): string {
  const path = url.slice('file:'.length).split('?')[0] as string
  return decodeURIComponent(path.startsWith('//') ? path.replace(/^\/\/(localhost)?/, '') : path)
}

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
