/** Long end-to-end tests: faults, crashes, load, and the API on PostgreSQL and behind proxies. */
import { defineConfig, type Project } from '@playwright/test'
import { base, hasPostgresql, hasProxies } from './base-config.ts'
import type { Options } from './fixtures.ts'

/** The kind of database makes no difference to these. */
const oncePerRun = [
  '**/accessibility.spec.ts',
  '**/bodies*.spec.ts',
  '**/browser-boundary.spec.ts',
  '**/contract-*.spec.ts',
  '**/cors.spec.ts',
  '**/fuzz.spec.ts',
  '**/key-rotation.spec.ts',
  '**/manage-commands.spec.ts',
  '**/middleware-bypass.spec.ts',
  '**/request-l*.spec.ts',
  '**/response-headers.spec.ts',
  '**/route-inventory.spec.ts',
  '**/screenshots.spec.ts',
  '**/settings.spec.ts',
  '**/shared-cache.spec.ts',
]

/** Behind nginx and PgBouncer with their defaults. These take the database away, or look at the connection itself. */
const withoutProxies = [...oncePerRun, '**/*-sqlite.spec.ts', '**/database-down*.spec.ts']

/** What depends most on a proxy's buffers and a pooler's transactions; `API_PROXIED=all` runs everything. */
const throughProxies = ['admin-forms', 'browser-forms', 'conformance', 'races', 'tokens-pages', 'tokens-restart']
const proxiedFiles =
  process.env.API_PROXIED === 'all' ? '**/e2e/{api,drills}/**/*.spec.ts' : `**/e2e/{api,drills}/{${throughProxies.join(',')}}.spec.ts`

const onPostgresql: Project<Options> = {
  name: 'postgresql',
  testMatch: '**/e2e/{api,drills}/**/*.spec.ts',
  testIgnore: [...oncePerRun, '**/*-sqlite.spec.ts'],
  use: { database: 'postgresql' },
}

const proxied: Project<Options> = {
  name: 'proxied',
  testMatch: proxiedFiles,
  testIgnore: withoutProxies,
  use: { database: 'postgresql', proxied: true },
}

export default defineConfig<Options>({
  ...base,
  projects: [
    { name: 'drills', testMatch: '**/e2e/drills/**/*.spec.ts', testIgnore: '**/*-postgresql.spec.ts', use: { database: 'sqlite' } },
    // Tests that would take too long at every change: without JavaScript, in each theme and at each width.
    { name: 'tagged', testMatch: '**/e2e/{api,browser}/**/*.spec.ts', grep: /@drill/, use: { database: 'sqlite' } },
    ...(hasPostgresql ? [onPostgresql] : []),
    ...(hasProxies ? [proxied] : []),
  ],
})
