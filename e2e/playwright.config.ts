/** The end-to-end tests of every change. The long ones are drills (drills.config.ts). */
import { defineConfig } from '@playwright/test'
import { base } from './base-config.ts'
import type { Options } from './fixtures.ts'

export default defineConfig<Options>({
  ...base,
  grepInvert: /@drill/,
  projects: [
    { name: 'api', testMatch: '**/e2e/api/**/*.spec.ts', testIgnore: '**/*-postgresql.spec.ts', use: { database: 'sqlite' } },
    { name: 'browser', testMatch: '**/e2e/browser/**/*.spec.ts', use: { database: 'sqlite' } },
  ],
})
