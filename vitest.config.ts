import { Client } from 'pg'
import { defineConfig } from 'vitest/config'

const POSTGRESQL_URL = process.env.TEST_DATABASE_URL ?? 'postgresql://root@127.0.0.1:5432/test'

/** Whether there is a PostgreSQL to run the database tests on. */
async function postgresqlAnswers(): Promise<boolean> {
  const client = new Client({ connectionString: POSTGRESQL_URL, connectionTimeoutMillis: 1000 })
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}

/** Database tests (*.db.test.ts) run on each database; every file has one of its own, made new. */
const databaseProject = (name: string, env: Record<string, string>) => ({
  extends: true as const,
  test: {
    name,
    include: ['lib/**/*.db.test.ts'],
    setupFiles: ['lib/db/testing/fresh-database.ts'],
    // A busy machine is no database that is away.
    env: { DATABASE_TIMEOUT: '20s', ...env },
  },
})

const databases = [databaseProject('sqlite', { TEST_PROVIDER: 'sqlite' })]
if (await postgresqlAnswers()) {
  databases.push(databaseProject('postgresql', { TEST_PROVIDER: 'postgresql', TEST_DATABASE_URL: POSTGRESQL_URL }))
} else {
  process.stdout.write('PostgreSQL not reachable: the database tests run on SQLite only, those of PostgreSQL did not run.\n')
}

export default defineConfig({
  test: {
    env: {
      SECRET_KEY: 'Zm9yLXRoZS11bml0LXRlc3RzLW9ubHktMDEyMzQ1',
      LOGIN_FAILURE_TIME: '0',
      PASSWORD_BCRYPT_COST: '10',
      PASSWORD_HASHER: 'bcrypt_sha256',
    },
    testTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['{lib,app}/**/*.test.ts'], exclude: ['**/*.db.test.ts', '**/node_modules/**'] },
      },
      ...databases,
    ],
  },
})
