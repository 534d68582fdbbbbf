import { defineConfig } from 'vitest/config'
import { findPostgresql } from './lib/db/testing/databases.ts'

const FRESH_STATE = 'lib/testing/fresh-state.ts'

/** Every file has a database of its own, a copy of one that is migrated at the start. */
const withDatabase = (kind: 'sqlite' | 'postgresql', include: string[]) => ({
  extends: true as const,
  test: {
    name: kind,
    include,
    exclude: ['**/node_modules/**'],
    globalSetup: ['lib/db/testing/database-template.ts'],
    setupFiles: [FRESH_STATE, 'lib/db/testing/fresh-database.ts'],
    // A busy machine is no database that is away.
    env: { DATABASE_TIMEOUT: '20s', TEST_PROVIDER: kind },
    testTimeout: 120_000,
  },
})

// Database tests (*.db.test.ts) run on each kind of database. HTTP tests (*.http.test.ts) call the API in process, on SQLite.
const databases = [withDatabase('sqlite', ['lib/**/*.{db,http}.test.ts'])]
if ((await findPostgresql()) !== null) {
  databases.push(withDatabase('postgresql', ['lib/**/*.db.test.ts']))
} else {
  process.stdout.write('PostgreSQL not reachable: the database tests run on SQLite only, those of PostgreSQL did not run.\n')
}

export default defineConfig({
  test: {
    maxWorkers: '100%',
    // A worker evaluates the modules once for all its files; each file has a process state of its own.
    isolate: false,
    env: {
      SECRET_KEY: 'Zm9yLXRoZS11bml0LXRlc3RzLW9ubHktMDEyMzQ1',
      LOGIN_FAILURE_TIME: '0',
      PASSWORD_BCRYPT_COST: '10',
      PASSWORD_HASHER: 'bcrypt_sha256',
    },
    testTimeout: 30_000,
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{lib,app}/**/*.test.ts'],
          exclude: ['**/*.{db,http}.test.ts', '**/node_modules/**'],
          setupFiles: [FRESH_STATE],
        },
      },
      ...databases,
    ],
  },
})
