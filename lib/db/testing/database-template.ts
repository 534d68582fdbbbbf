/** Vitest's set-up of a project with databases: one with all its tables, which every test file copies instead of migrating its own. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { createDatabase, type DatabaseKind } from './databases.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the database to copy. */
    databaseTemplate: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const database = await createDatabase(project.config.env.TEST_PROVIDER as DatabaseKind)
  // In a process of its own: this one is Vitest's, for all projects.
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'lib/cli/manage.ts', 'migrate'], {
    cwd: project.config.root,
    env: { ...process.env, ...project.config.env, DATABASE_URL: database.url },
  })
  project.provide('databaseTemplate', database.url)
  return database.drop
}
