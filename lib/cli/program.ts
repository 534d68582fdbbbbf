/** The commands of `npm run manage`: Django's management commands, under Django's names. */
import { Command, CommanderError } from 'commander'
import { isUnavailable } from '../db/client.ts'
import { jobs } from '../jobs/registry.ts'
import { readSettings } from '../settings.ts'
import { formatProblem, formatProblems, SettingsError, type SettingsProblem } from '../settings-problems.ts'
import { addAdministration } from './administration.ts'
import { changePassword } from './changepassword.ts'
import { createSuperuser, type SuperuserOptions } from './createsuperuser.ts'
import { databaseProblems } from './database-problems.ts'
import { runDevelopmentServer } from './dev.ts'
import { listOutbox, resend, showEmail } from './outbox.ts'
import { DatabaseProblemsError, prepareDatabase } from './prepare-database.ts'
import { InputEnded } from './prompt.ts'
import { type RotateKeysOptions, rotateKeys } from './rotatekeys.ts'
import { runJobs } from './run-jobs.ts'
import { CommandError, processTerminal, say, type Terminal, warn } from './terminal.ts'
import { verifyList } from './verify-list.ts'

/** What a program is started with. */
export interface Start {
  terminal: Terminal
  env: Record<string, string | undefined>
  /** What is wrong with the `.env` files; `check` lists it, any other command prints it first. */
  envFileProblems: SettingsProblem[]
  /** Whether this run made the development secret, which `dev` tells. */
  madeSecret: boolean
}

/**
 * Runs one command: `runProgram(['check', '--deploy'])`. Database connections stay open.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage
 */
export async function runProgram(args: string[], start: Partial<Start> = {}): Promise<number> {
  const whole: Start = { terminal: processTerminal(), env: process.env, envFileProblems: [], madeSecret: false, ...start }
  let exitCode = 0
  try {
    const program = buildProgram(whole, (code) => {
      exitCode = code
    })
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    return explain(error, whole.terminal)
  }
}

function buildProgram(start: Start, exitWith: (code: number) => void): Command {
  const { terminal, env } = start
  const production = env.NODE_ENV === 'production'
  const program = new Command('npm run manage --')
    .description('Manages accounts, database and settings.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.output.write(text), writeErr: (text) => terminal.errors.write(text) })
    .showHelpAfterError('(add --help for the command’s options)')
    .configureHelp({ showGlobalOptions: true })
    // Next's development server gets the values from this process, and cannot tell what became of them.
    .hook('preAction', (_, command) => warnOfEnvFiles(command, start))

  program
    .command('check')
    .description('report every problem of the settings and the database')
    .option('--deploy', 'apply the rules of a deployment, also in development')
    .addHelpText('after', '\nExample:\n  NODE_ENV=production npm run manage -- check')
    .action(async ({ deploy }: { deploy?: boolean }) => exitWith(await runCheck(deploy ?? production, start)))

  program
    .command('migrate')
    .description('bring the database to the newest migration, and restore what it has lost')
    .addHelpText('after', '\nExample:\n  DATABASE_URL=postgresql://localhost/accounts npm run manage -- migrate')
    .action(() => runMigrate(terminal))

  program
    .command('createsuperuser')
    .description('create an account that may do everything')
    .option('--email <address>', 'e-mail address')
    .option('--name <name>', 'full name')
    .option('--phone <number>', 'phone number')
    .option('--no-input', 'ask nothing; the password comes from SUPERUSER_PASSWORD')
    .addHelpText('after', '\nExample:\n  npm run manage -- createsuperuser --email ada@example.com')
    .action((options: SuperuserOptions) => createSuperuser(options, env.SUPERUSER_PASSWORD, terminal))

  program
    .command('changepassword')
    .description('set an account’s password and end its sessions')
    .argument('<email>', 'the account’s e-mail address')
    .option('--no-input', 'ask nothing; the password comes from NEW_PASSWORD')
    .addHelpText('after', '\nExample:\n  npm run manage -- changepassword ada@example.com')
    .action((email: string, options: { input: boolean }) => changePassword(email, options, env.NEW_PASSWORD, terminal))

  addAdministration(program, terminal)

  program
    .command('flushexpiredtokens')
    .description('run every job: the same as run-jobs, under the name that Django knows')
    .addHelpText('after', '\nExample:\n  npm run manage -- flushexpiredtokens')
    .action(() => runJobs(undefined, terminal))

  program
    .command('run-jobs')
    .description('do now what servers do in the background: send mail, delete what has expired')
    .argument('[name]', 'one job alone')
    .addHelpText(
      'after',
      `\nJobs:\n${jobs.map(({ name }) => `  ${name}`).join('\n')}\n\nExample:\n  npm run manage -- run-jobs delete-closed-accounts`,
    )
    .action((name?: string) => runJobs(name, terminal))

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
    .action((options: RotateKeysOptions) => rotateKeys(options, env, production, terminal))

  program
    .command('passwords')
    .description('look after the list of breached passwords')
    .addHelpText('after', '\nExample:\n  npm run manage -- passwords verify-list')
    .command('verify-list')
    .description('read the file of BREACHED_PASSWORDS_FILE from end to end, and name its first wrong line')
    .addHelpText('after', '\nExample:\n  BREACHED_PASSWORDS_FILE=/srv/pwned.new.txt npm run manage -- passwords verify-list')
    .action(() => verifyList(env.BREACHED_PASSWORDS_FILE, terminal))

  const outbox = program
    .command('outbox')
    .description('list the emails that were written, sent and failed')
    .option('--json', 'as JSON')
    .option('--limit <number>', 'how many, the newest first', '50')
    .addHelpText('after', '\nExample:\n  npm run manage -- outbox --limit 10')
    .action((options: { json?: boolean; limit: string }) => listOutbox(options, terminal))
  outbox
    .command('show')
    .description('print one email; in production without its link and code')
    .argument('<id>', 'the email’s number')
    .addHelpText('after', '\nExample:\n  npm run manage -- outbox show 12')
    .action((id: string) => showEmail(id, terminal))
  outbox
    .command('resend')
    .description('send an email again that failed')
    .argument('<id>', 'the email’s number')
    .addHelpText('after', '\nExample:\n  npm run manage -- outbox resend 12')
    .action((id: string) => resend(id, terminal))

  program
    .command('dev')
    .description('prepare this machine and start the development server')
    .argument('[arguments...]', 'passed on to next dev')
    .allowUnknownOption()
    .addHelpText('after', '\nExample:\n  npm run dev -- --port 4000')
    .action(async (args: string[]) => exitWith(await runDevelopmentServer(args, start.madeSecret, terminal)))

  return program
}

/** @returns 1 when there is an error, not for warnings alone */
async function runCheck(production: boolean, { terminal, env, envFileProblems }: Start): Promise<number> {
  const { settings, problems: found } = readSettings(env, production)
  found.push(...envFileProblems)
  if (settings) found.push(...(await databaseProblems()))
  const problems = found.filter(({ level }) => level !== 'info')
  for (const information of found.filter(({ level }) => level === 'info')) say(terminal, formatProblem(information))
  if (problems.length > 0) warn(terminal, `${formatProblems(problems)}\n`)
  const summary = problems.length === 0 ? 'no issues' : `${problems.length} issue${problems.length === 1 ? '' : 's'}`
  say(terminal, `System check identified ${summary}.`)
  return problems.some(({ level }) => level === 'error') ? 1 : 0
}

async function runMigrate(terminal: Terminal): Promise<void> {
  const applied = await prepareDatabase()
  for (const name of applied) say(terminal, `${/^\d/.test(name) ? 'Applied' : 'Restored'} ${name}`)
  if (applied.length === 0) say(terminal, 'No migrations to apply.')
}

/** @returns the exit code */
function explain(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof SettingsError || error instanceof DatabaseProblemsError) warn(terminal, error.message)
  else if (error instanceof CommandError) warn(terminal, `Error: ${error.message}`)
  else if (error instanceof InputEnded) warn(terminal, `Error: ${error.message} With no terminal use ${error.instead}.`)
  else if (isUnavailable(error)) warn(terminal, 'Error: the database cannot be reached. Check DATABASE_URL.')
  else if (isMissingTable(error)) warn(terminal, 'Error: the database has no tables yet. Run: npm run manage -- migrate')
  else warn(terminal, `Error: ${error instanceof Error ? error.message.trim().split('\n').at(-1) : 'unknown'}`)
  return error instanceof CommandError ? error.exitCode : 1
}

const isMissingTable = (error: unknown) =>
  error instanceof Error &&
  /P2021|no such table|does not exist in the current database/.test(`${(error as { code?: string }).code} ${error.message}`)

function warnOfEnvFiles(command: Command, { terminal, envFileProblems }: Start): void {
  if (command.name() !== 'check' && envFileProblems.length > 0) warn(terminal, `${formatProblems(envFileProblems)}\n`)
}
