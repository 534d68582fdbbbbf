/** `npm run manage -- COMMAND`: Django's management commands, under Django's names. */
import { Command, CommanderError } from 'commander'
import { disconnectDatabase } from '../db/client.ts'
import { isUnavailable } from '../db/errors.ts'
import { jobs } from '../jobs/registry.ts'
import { readSettings } from '../settings.ts'
import { formatProblem, formatProblems, SettingsError } from '../settings-problems.ts'
import { addAdministration } from './administration.ts'
import { changePassword } from './changepassword.ts'
import { createSuperuser, type SuperuserOptions } from './createsuperuser.ts'
import { databaseProblems } from './database-problems.ts'
import { runDevelopmentServer } from './dev.ts'
import { ensureDevelopmentSecret } from './development-secret.ts'
import { loadEnvFiles } from './env-files.ts'
import { CommandError } from './errors.ts'
import { listOutbox, resend, showEmail } from './outbox.ts'
import { DatabaseProblemsError, prepareDatabase } from './prepare-database.ts'
import { InputEnded } from './prompt.ts'
import { type RotateKeysOptions, rotateKeys } from './rotatekeys.ts'
import { runJobs } from './run-jobs.ts'

const isProduction = () => process.env.NODE_ENV === 'production'

/** Whether this run made the development secret, which `dev` tells. */
let madeSecret = false

function buildProgram(): Command {
  const program = new Command('npm run manage --')
    .description('Manages accounts, database and settings.')
    .exitOverride()
    .showHelpAfterError('(add --help for the command’s options)')
    .configureHelp({ showGlobalOptions: true })
    // Next's development server gets the values from this process, and cannot tell what became of them.
    .hook('preAction', (_, command) => warnOfEnvFiles(command))

  program
    .command('check')
    .description('report every problem of the settings and the database')
    .option('--deploy', 'apply the rules of a deployment, also in development')
    .addHelpText('after', '\nExample:\n  NODE_ENV=production npm run manage -- check')
    .action(({ deploy }: { deploy?: boolean }) => runCheck(deploy ?? isProduction()))

  program
    .command('migrate')
    .description('bring the database to the newest migration, and restore what it has lost')
    .addHelpText('after', '\nExample:\n  DATABASE_URL=postgresql://localhost/accounts npm run manage -- migrate')
    .action(runMigrate)

  program
    .command('createsuperuser')
    .description('create an account that may do everything')
    .option('--email <address>', 'e-mail address')
    .option('--name <name>', 'full name')
    .option('--phone <number>', 'phone number')
    .option('--no-input', 'ask nothing; the password comes from SUPERUSER_PASSWORD')
    .addHelpText('after', '\nExample:\n  npm run manage -- createsuperuser --email ada@example.com')
    .action((options: SuperuserOptions) => createSuperuser(options, process.env.SUPERUSER_PASSWORD))

  program
    .command('changepassword')
    .description('set an account’s password and end its sessions')
    .argument('<email>', 'the account’s e-mail address')
    .option('--no-input', 'ask nothing; the password comes from NEW_PASSWORD')
    .addHelpText('after', '\nExample:\n  npm run manage -- changepassword ada@example.com')
    .action((email: string, options: { input: boolean }) => changePassword(email, options, process.env.NEW_PASSWORD))

  addAdministration(program)

  program
    .command('flushexpiredtokens')
    .description('run every job: the same as run-jobs, under the name that Django knows')
    .addHelpText('after', '\nExample:\n  npm run manage -- flushexpiredtokens')
    .action(() => runJobs())

  program
    .command('run-jobs')
    .description('do now what servers do in the background: send mail, delete what has expired')
    .argument('[name]', 'one job alone')
    .addHelpText(
      'after',
      `\nJobs:\n${jobs.map(({ name }) => `  ${name}`).join('\n')}\n\nExample:\n  npm run manage -- run-jobs delete-closed-accounts`,
    )
    .action((name?: string) => runJobs(name))

  program
    .command('rotatekeys')
    .description('change the keys that sign tokens, without logging anyone out')
    .option('--activate-after <duration>', 'how long the new key waits until it signs (default: 10m)')
    .option('--retire-after <duration>', 'how long the old keys verify after that (default: as long as the longest token lives)')
    .option('--algorithm <name>', 'what the new key signs with (default: ALGORITHM)')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nWithout SIGNING_KEYS_FILE nothing is changed: what to set, and when, is printed, secrets included.\n\nExample:\n  SIGNING_KEYS_FILE=/etc/latchkey/keys.json npm run manage -- rotatekeys --algorithm ES256',
    )
    .action((options: RotateKeysOptions) => rotateKeys(options, process.env, isProduction()))

  const outbox = program
    .command('outbox')
    .description('list the emails that were written, sent and failed')
    .option('--json', 'as JSON')
    .option('--limit <number>', 'how many, the newest first', '50')
    .addHelpText('after', '\nExample:\n  npm run manage -- outbox --limit 10')
    .action(listOutbox)
  outbox
    .command('show')
    .description('print one email; in production without its link and code')
    .argument('<id>', 'the email’s number')
    .addHelpText('after', '\nExample:\n  npm run manage -- outbox show 12')
    .action(showEmail)
  outbox
    .command('resend')
    .description('send an email again that failed')
    .argument('<id>', 'the email’s number')
    .addHelpText('after', '\nExample:\n  npm run manage -- outbox resend 12')
    .action(resend)

  program
    .command('dev')
    .description('prepare this machine and start the development server')
    .argument('[arguments...]', 'passed on to next dev')
    .allowUnknownOption()
    .addHelpText('after', '\nExample:\n  npm run dev -- --port 4000')
    .action(async (args: string[]) => {
      process.exitCode = await runDevelopmentServer(args, madeSecret)
    })

  return program
}

async function runCheck(production: boolean): Promise<void> {
  const { settings, problems: found } = readSettings(process.env, production)
  found.push(...envFileProblems)
  if (settings) found.push(...(await databaseProblems()))
  const problems = found.filter(({ level }) => level !== 'info')
  for (const information of found.filter(({ level }) => level === 'info')) process.stdout.write(`${formatProblem(information)}\n`)
  if (problems.length > 0) process.stderr.write(`${formatProblems(problems)}\n\n`)
  if (problems.some(({ level }) => level === 'error')) process.exitCode = 1
  process.stdout.write(
    `System check identified ${problems.length === 0 ? 'no issues' : `${problems.length} issue${problems.length === 1 ? '' : 's'}`}.\n`,
  )
}

async function runMigrate(): Promise<void> {
  const applied = await prepareDatabase()
  for (const name of applied) process.stdout.write(`${/^\d/.test(name) ? 'Applied' : 'Restored'} ${name}\n`)
  if (applied.length === 0) process.stdout.write('No migrations to apply.\n')
}

/** @returns the exit code: 0 done, 1 failed, 2 wrong usage */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const say = (text: string) => process.stderr.write(`${text}\n`)
  if (error instanceof SettingsError || error instanceof DatabaseProblemsError) say(error.message)
  else if (error instanceof CommandError) say(`Error: ${error.message}`)
  else if (error instanceof InputEnded) say(`Error: ${error.message} With no terminal use ${error.instead}.`)
  else if (isUnavailable(error)) say('Error: the database cannot be reached. Check DATABASE_URL.')
  else if (isMissingTable(error)) say('Error: the database has no tables yet. Run: npm run manage -- migrate')
  else say(`Error: ${error instanceof Error ? error.message.trim().split('\n').at(-1) : 'unknown'}`)
  return error instanceof CommandError ? error.exitCode : 1
}

const isMissingTable = (error: unknown) =>
  error instanceof Error &&
  /P2021|no such table|does not exist in the current database/.test(`${(error as { code?: string }).code} ${error.message}`)

/** Told before any command works with them; `check` lists them among everything else. */
function warnOfEnvFiles(command: Command): void {
  if (command.name() !== 'check' && envFileProblems.length > 0) process.stderr.write(`${formatProblems(envFileProblems)}\n\n`)
}

const envFileProblems = loadEnvFiles(process.cwd(), isProduction())
if (!isProduction()) madeSecret = ensureDevelopmentSecret(process.env, process.cwd())
try {
  await buildProgram().parseAsync()
} catch (error) {
  process.exitCode = explain(error)
} finally {
  await disconnectDatabase()
}
