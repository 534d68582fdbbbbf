import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { isReadableByOthers } from '../jwt/keys-file.ts'
import type { Report } from '../settings-problems.ts'
import { databaseTarget } from './database-url.ts'

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
