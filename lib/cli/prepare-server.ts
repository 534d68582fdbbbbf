/** What happens between the start of a server process and its first request. */
import { installServerHook } from '../http/server-hook.ts'
import { startJobs } from '../jobs/start-jobs.ts'
import { log } from '../log.ts'
import { readSettings } from '../settings.ts'
import { formatProblems } from '../settings-problems.ts'
import { ensureDevelopmentSecret } from './development-secret.ts'
import { loadEnvFiles } from './env-files.ts'
import { writeAsJson } from './json-output.ts'
import { DatabaseProblemsError, prepareDatabase } from './prepare-database.ts'

/**
 * Checks the settings (all problems are printed, and an error ends the process with 1), applies pending migrations,
 * hooks the server and starts the jobs. Called by instrumentation.ts, so `next dev`, `next start` and the standalone server all do it.
 */
export async function prepareServer(): Promise<void> {
  const production = process.env.NODE_ENV === 'production'
  const envFileProblems = loadEnvFiles(process.cwd(), production)
  if (!production) ensureDevelopmentSecret(process.env, process.cwd())
  const { settings, problems } = readSettings(process.env, production)
  problems.push(...envFileProblems)
  if (problems.length > 0) process.stderr.write(`${formatProblems(problems)}\n`)
  if (!settings) process.exit(1)
  surviveLostOutput()
  installServerHook()
  try {
    const applied = await prepareDatabase()
    for (const name of applied) log().info({ migration: name }, 'migration_applied')
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error'
    process.stderr.write(error instanceof DatabaseProblemsError ? `${reason}\n` : `The database could not be prepared: ${reason}\n`)
    process.exit(1)
  }
  if (production) {
    writeAsJson([
      { stream: process.stdout, level: 'info' },
      { stream: process.stderr, level: 'error' },
    ])
  }
  startJobs()
}

/**
 * Ignores errors of standard output and error: when the log's reader has exited, its lines are lost. Without this, each
 * error would be reported on the same broken pipe, endlessly.
 */
function surviveLostOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}
