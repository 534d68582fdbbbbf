/** For tests: gives each test file a database of its own, with all its tables, and removes it afterwards. */
import { afterAll, inject } from 'vitest'
import { resetState } from '../../testing/process-states.ts'
import { createDatabase, type DatabaseKind } from './databases.ts'

const database = await createDatabase(process.env.TEST_PROVIDER as DatabaseKind, inject('databaseTemplate'))

// In one step: what an earlier file left running might read the settings between the two.
process.env.DATABASE_URL = database.url
resetState()

afterAll(async () => {
  const { disconnectDatabase } = await import('../client.ts')
  await disconnectDatabase()
  await database.drop()
})
