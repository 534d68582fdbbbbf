/** For tests: gives each test file a database of its own, with all its tables, and removes it afterwards. */
import { afterAll, inject } from 'vitest'
import { createDatabase, type DatabaseKind } from './databases.ts'

const database = await createDatabase(process.env.TEST_PROVIDER as DatabaseKind, inject('databaseTemplate'))

// Before any test's imports: settings are read once.
process.env.DATABASE_URL = database.url

afterAll(async () => {
  const { disconnectDatabase } = await import('../client.ts')
  await disconnectDatabase()
  await database.drop()
})
