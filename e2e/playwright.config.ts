/** The end-to-end tests: the production build, started as a deployment starts it, on SQLite and on PostgreSQL. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type Project } from '@playwright/test'
import { findPostgresql } from '../lib/db/testing/databases.ts'
import { hasPgbouncer } from '../lib/db/testing/start-pgbouncer.ts'
import type { Options } from './fixtures.ts'
import { hasNginx } from './nginx.ts'
import { projectDirectory } from './places.ts'

/** Not in Playwright's workers, which read this file too. */
const isRunner = process.env.TEST_WORKER_INDEX === undefined

if (isRunner && !existsSync(join(projectDirectory, '.next', 'BUILD_ID'))) {
  console.error('There is no production build to test. Run: npm run build')
  process.exit(1)
}

const postgresql = await findPostgresql()
if (isRunner && postgresql === null) console.log('PostgreSQL not reachable: its tests did not run')

/** What they test has nothing to do with the kind of database, and they are many or take long. */
const oncePerRun = [
  '**/settings*.spec.ts',
  '**/middleware-bypass*.spec.ts',
  '**/bodies*.spec.ts',
  '**/browser-boundary.spec.ts',
  '**/contract-bodies.spec.ts',
  '**/contract-headers.spec.ts',
  '**/contract-methods.spec.ts',
  '**/cors.spec.ts',
  '**/fuzz.spec.ts',
  '**/jwks.spec.ts',
  '**/key-rotation.spec.ts',
  '**/manage-commands.spec.ts',
  '**/problem-details.spec.ts',
  '**/rate-limit-headers.spec.ts',
  '**/request-log.spec.ts',
  '**/request-limits.spec.ts',
  '**/response-headers.spec.ts',
  '**/rotatekeys.spec.ts',
  '**/route-inventory.spec.ts',
  '**/security-txt.spec.ts',
  '**/shared-cache.spec.ts',
]

/** What meets a proxy's buffers and a pooler's transactions most; `API_PROXIED=all` runs everything there. */
const throughProxies = ['admin-forms', 'browser-forms', 'export', 'idempotency', 'profile', 'races', 'sessions', 'tokens-sessions']

const isProxied = postgresql !== null && hasNginx() && hasPgbouncer()
if (isRunner && !isProxied) console.log('PostgreSQL, nginx or PgBouncer is missing: no test ran behind the proxies')

/** On PostgreSQL, behind nginx and PgBouncer with their defaults. */
const apiProxied: Project<Options> = {
  name: 'api-proxied',
  testMatch: process.env.API_PROXIED === 'all' ? 'api/**/*.spec.ts' : throughProxies.map((name) => `api/${name}.spec.ts`),
  // These take the database away, or look at the very connection.
  testIgnore: ['**/*-sqlite.spec.ts', '**/database-down*.spec.ts', '**/shared-cache.spec.ts', ...oncePerRun],
  use: { database: 'postgresql', proxied: true },
}

const apiOn = (database: Options['database'], testIgnore: string[]): Project<Options> => ({
  name: `api-${database}`,
  testMatch: 'api/**/*.spec.ts',
  testIgnore,
  use: { database },
})

export default defineConfig<Options>({
  testDir: '.',
  outputDir: '../test-results',
  workers: 2,
  fullyParallel: true,
  // Once more where a busy machine may be at fault; the runner's last lines call such a test flaky.
  retries: process.env.CI === undefined ? 0 : 1,
  forbidOnly: process.env.CI !== undefined,
  // Wide, because two cores may be busy with more than these tests; nothing waits that long when all is well.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  projects: [
    apiOn('sqlite', ['**/*-postgresql.spec.ts']),
    ...(postgresql === null ? [] : [apiOn('postgresql', ['**/*-sqlite.spec.ts', ...oncePerRun])]),
    ...(isProxied ? [apiProxied] : []),
    { name: 'browser', testMatch: 'browser/**/*.spec.ts', use: { database: 'sqlite' } },
  ],
})
