/** What `manage check` says about the database, in the form of the settings' problems. Changes nothing. */
import { LibsqlError } from '@libsql/client'
import { DatabaseError } from 'pg'
import { isUnavailable, isUnavailableState } from '../db/client.ts'
import { migrationStatus } from '../db/migrate.ts'
import { readOnly } from '../db/migration-connection.ts'
import { takeoverProblems } from '../db/takeover-problems.ts'
import { settings } from '../settings.ts'
import type { SettingsProblem } from '../settings-problems.ts'
import { databaseTarget } from '../settings-values.ts'
import { sharedPhones } from '../users/phone.ts'
import { djangoFindings } from './django-findings.ts'

/** @returns a warning alone when the database cannot be reached: settings are checked where there is none, too */
export async function databaseProblems(): Promise<SettingsProblem[]> {
  try {
    const { problems } = await takeoverProblems(true)
    const schema = problems.length === 0 ? await schemaProblems() : []
    // Where tables or columns are missing, or may not be read, there are no rows to look at.
    if (problems.some(({ id }) => ['database.E001', 'database.E002', 'database.E005', 'database.E006'].includes(id))) return problems
    return [...problems, ...schema, ...(await phoneProblems()), ...(await djangoFindings())]
  } catch (error) {
    const reason = error instanceof Error && error.message ? error.message : String((error as { code?: string }).code ?? 'no answer')
    if (isRefusal(error))
      return [problem('E010', `The database refuses to be checked: ${reason}`, 'A start of the server fails in the same way.')]
    return [problem('W001', `The database was not checked: ${reason}`, 'Check that it runs, and that DATABASE_URL is right.')]
  }
}

/** Whether a database has answered, and no: it will at the start of the server, too. One that is busy, or has no place, may not. */
const isRefusal = (error: unknown): boolean =>
  error instanceof DatabaseError ? !isUnavailableState(error.code) : error instanceof LibsqlError && !isUnavailable(error)

const problem = (id: string, message: string, hint: string, setting = 'DATABASE_URL'): SettingsProblem => ({
  id: `database.${id}`,
  level: id.startsWith('E') ? 'error' : 'warning',
  setting,
  message,
  hint,
})

async function schemaProblems(): Promise<SettingsProblem[]> {
  const target = databaseTarget(settings().DATABASE_URL)
  const status = await readOnly(target, (rows) => migrationStatus(rows, target.provider))
  const problems: SettingsProblem[] = []
  if (status && status.missing.length > 0) {
    const message = `The database has lost part of its schema: ${status.missing.join(', ')}.`
    problems.push(problem('E008', message, 'Restore it: npm run manage -- migrate'))
  }
  if (status && status.searchIndexes.length > 0) {
    const message = `Indexes for the search in the admin area are missing: ${status.searchIndexes.join(', ')}.`
    problems.push(problem('W004', message, 'The search reads the whole table until they are built: npm run manage -- migrate'))
  }
  if (status && status.pending.length > 0) {
    problems.push(problem('W002', `Migrations not applied yet: ${status.pending.join(', ')}.`, 'Apply them: npm run manage -- migrate'))
  }
  return problems
}

async function phoneProblems(): Promise<SettingsProblem[]> {
  const target = databaseTarget(settings().DATABASE_URL)
  const groups = (await readOnly(target, (rows) => sharedPhones(rows, target.provider))) ?? []
  if (groups.length === 0) return []
  const lines = groups.map(({ number, ids }) => `\n\t${number}: accounts ${ids.join(', ')}`)
  const message = `${groups.length === 1 ? 'One phone number belongs' : `${groups.length} phone numbers belong`} to several accounts in different spellings:${lines.join('')}`
  return [problem('W003', message, 'No one is locked out; correct the ones that are wrong.', 'accounts_user.phone')]
}
