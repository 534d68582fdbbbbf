/** What both sets of end-to-end tests share: the production build, started as a deployment starts it, on each kind of database. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { PlaywrightTestConfig } from '@playwright/test'
import { findPostgresql } from '../lib/db/testing/databases.ts'
import { hasPgbouncer } from '../lib/db/testing/start-pgbouncer.ts'
import type { Options } from './fixtures.ts'
import { hasNginx } from './nginx.ts'
import { projectDirectory } from './places.ts'

/** False in Playwright's workers, which read the configuration too. */
const isRunner = process.env.TEST_WORKER_INDEX === undefined

if (isRunner && !existsSync(join(projectDirectory, '.next', 'BUILD_ID'))) {
  console.error('There is no production build to test. Run: npm run build')
  process.exit(1)
}

export const hasPostgresql = (await findPostgresql()) !== null
if (isRunner && !hasPostgresql) console.log('PostgreSQL not reachable: its tests did not run')

export const hasProxies = hasPostgresql && hasNginx() && hasPgbouncer()
if (isRunner && !hasProxies) console.log('PostgreSQL, nginx or PgBouncer is missing: no test ran behind the proxies')

export const base: PlaywrightTestConfig<Options> = {
  testDir: '.',
  outputDir: '../test-results',
  workers: 2,
  fullyParallel: true,
  forbidOnly: process.env.CI !== undefined,
  // Generous, because the machine may be busy. Nothing waits that long normally.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
}
