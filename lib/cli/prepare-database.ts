import { createPermissions } from '../admin/permissions/create-permissions.ts'
import { probeWriting } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'
import { takeoverProblems } from '../db/takeover-problems.ts'
import { formatProblems, type SettingsProblem } from '../settings-problems.ts'

/** The database is not as it must be before it is changed; the message lists every problem with what to do. */
export class DatabaseProblemsError extends Error {
  constructor(readonly problems: SettingsProblem[]) {
    super(`${formatProblems(problems)}\n\nNothing has been changed.`)
    this.name = 'DatabaseProblemsError'
  }
}

/**
 * Brings the database to the newest migration, with the permissions of every declared model.
 * @returns what was applied or made again now (migrate), in order
 * @throws DatabaseProblemsError before anything is changed when the database cannot be taken over
 * @throws when a migration fails (migrate), and when the database cannot be written
 */
export async function prepareDatabase(): Promise<string[]> {
  const { problems, takenOver } = await takeoverProblems(false)
  // Once taken over, only what stops a migration stops the start; `manage check` tells the rest.
  const fatal = problems.filter(({ id, level }) => level === 'error' && (!takenOver || id === 'database.E007'))
  if (fatal.length > 0) throw new DatabaseProblemsError(fatal)
  const applied = await migrate()
  await createPermissions()
  // Nothing else above writes when all is done already.
  await probeWriting()
  return applied
}
