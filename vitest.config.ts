import { defineConfig } from 'vitest/config'
import { findPostgresql } from './lib/db/testing/databases.ts'

type Kind = 'sqlite' | 'postgresql'

/** Every file has a database of its own, a copy of one that is migrated at the start. */
const withDatabase = (name: string, kind: Kind, include: string[], exclude: string[] = []) => ({
  extends: true as const,
  test: {
    name,
    include,
    exclude: [...exclude, '**/node_modules/**'],
    globalSetup: ['lib/db/testing/database-template.ts'],
    // A busy machine is no database that is away.
    env: { DATABASE_TIMEOUT: '20s', TEST_PROVIDER: kind },
  },
})

/** Database tests (*.db.test.ts) run on each kind of database. */
const databaseProject = (kind: Kind) => {
  const project = withDatabase(kind, kind, ['lib/**/*.db.test.ts'], ['lib/**/*.http.db.test.ts'])
  return { ...project, test: { ...project.test, setupFiles: ['lib/db/testing/fresh-database.ts'] } }
}

/** HTTP tests (*.http.test.ts) call the API in process, on SQLite; those about the database (*.http.db.test.ts) on each kind. */
const httpProject = (name: string, kind: Kind, include: string[]) => {
  const project = withDatabase(name, kind, include)
  // They evaluate the application's modules anew for each server anyway.
  return { ...project, test: { ...project.test, isolate: false, testTimeout: 120_000 } }
}

const databases = [databaseProject('sqlite'), httpProject('http', 'sqlite', ['lib/**/*.http.test.ts', 'lib/**/*.http.db.test.ts'])]
if ((await findPostgresql()) !== null) {
  databases.push(databaseProject('postgresql'), httpProject('http-postgresql', 'postgresql', ['lib/**/*.http.db.test.ts']))
} else {
  process.stdout.write('PostgreSQL not reachable: the database tests run on SQLite only, those of PostgreSQL did not run.\n')
}

export default defineConfig({
  test: {
    maxWorkers: '100%',
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
        test: { name: 'unit', include: ['{lib,app}/**/*.test.ts'], exclude: ['**/*.{db,http}.test.ts', '**/node_modules/**'] },
      },
      ...databases,
    ],
  },
})
