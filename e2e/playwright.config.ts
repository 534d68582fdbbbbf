/** The end-to-end tests of every change. The long ones are drills (drills.config.ts). */
import { defineConfig } from '@playwright/test'
import { base } from './base-config.ts'
import type { Options } from './fixtures.ts'

export default defineConfig<Options>({
  ...base,
  projects: [
    { name: 'api', testMatch: 'api/**/*.spec.ts', testIgnore: '**/*-postgresql.spec.ts', use: { database: 'sqlite' } },
    { name: 'browser', testMatch: 'browser/**/*.spec.ts', use: { database: 'sqlite' } },
  ],
})
