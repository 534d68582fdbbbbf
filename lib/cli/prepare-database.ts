import { createPermissions } from '../admin/permissions/create-permissions.ts'
import { migrate } from '../db/migrate.ts'

/**
 * Brings the database to the newest migration, with the permissions of every declared model.
 * @returns the names of the migrations applied now, in order
 * @throws when a migration fails (migrate)
 */
export async function prepareDatabase(): Promise<string[]> {
  const applied = await migrate()
  await createPermissions()
  return applied
}
