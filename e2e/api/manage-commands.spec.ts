/** Django's management commands as processes, while the server runs; lib/cli tests what they do. */
import { spawnSync } from 'node:child_process'
import { logIn, newPerson, openProtected, refreshWith, signUp, unique } from '../../lib/http/testing/accounts.ts'
import { expect, test } from '../fixtures.ts'
import { manage, manageInTerminal } from '../manage.ts'

const COMMANDS = ['check', 'migrate', 'createsuperuser', 'changepassword', 'flushexpiredtokens', 'run-jobs', 'outbox', 'dev']
const NEW_PASSWORD = 'Another-Corr3ct-battery'
const hasTerminal = spawnSync('script', ['--version']).status === 0

test('createsuperuser in a terminal shows no password', async ({ server, call }) => {
  test.skip(!hasTerminal, 'needs script(1) for a pseudo terminal')
  const { email, phone } = newPerson()
  const { code, output } = await manageInTerminal(['createsuperuser'], server.env, [
    ['Email:', email],
    ['Name:', 'Root'],
    ['Phone:', phone],
    ['Password:', NEW_PASSWORD],
    ['Password (again):', NEW_PASSWORD],
  ])
  expect(code, output).toBe(0)
  expect(output).toContain('Superuser created successfully.')
  expect(output).not.toContain(NEW_PASSWORD)
  expect((await logIn(call, { email, password: NEW_PASSWORD })).status).toBe(200)
})

test('changepassword sets the password, ends every session at once, tells the owner, and is written down', async ({
  server,
  call,
  mailbox,
}) => {
  const account = await signUp(call)
  const { code, output } = await manage(['changepassword', account.email.toUpperCase()], server.env, `${NEW_PASSWORD}\n${NEW_PASSWORD}\n`)
  expect(code, output).toBe(0)
  expect(output).toContain(`Password changed successfully for user '${account.email}'`)
  expect((await openProtected(call, account.access)).status).toBe(401)
  expect((await refreshWith(call, account.refresh)).status).toBe(401)
  expect((await logIn(call, account)).status).toBe(400)
  expect((await logIn(call, { ...account, password: NEW_PASSWORD })).status).toBe(200)
  await mailbox.waitForSubject(account.email, 'Your password for Latchkey was changed')
  const [event] = await server.sql("SELECT detail FROM accounts_auditevent WHERE event = 'password_changed' AND subject_id = ?", [
    account.id,
  ])
  expect(event?.detail).toBe('{"sessionsEnded":1,"by":"command"}')
})

test('migrate brings a new database up and then has nothing to do', async ({ server, newDatabase }) => {
  const database = await newDatabase()
  const env = { ...server.env, DATABASE_URL: database.url }
  const early = await manage(['changepassword', 'a@b.co'], env)
  expect(early).toMatchObject({ code: 1, output: expect.stringContaining('manage -- migrate') })
  expect(await manage(['migrate'], env)).toMatchObject({ code: 0, output: expect.stringMatching(/Applied \d{14}_\w+/) })
  expect(await manage(['migrate'], env)).toMatchObject({ code: 0, output: expect.stringContaining('No migrations to apply.') })
  expect(await database.sql('SELECT id FROM accounts_user')).toEqual([])
})

test('RT-12: flushexpiredtokens deletes what has expired and nothing else', async ({ server, call }) => {
  const account = await signUp(call)
  const gone = unique()
  const past = server.database.kind === 'sqlite' ? '2020-01-01 00:00:00.000000' : '2020-01-01 00:00:00+00'
  await server.sql('INSERT INTO token_blacklist_outstandingtoken (token, jti, created_at, expires_at, user_id) VALUES (?, ?, ?, ?, ?)', [
    'x',
    gone,
    past,
    past,
    account.id,
  ])
  const { code, output } = await manage(['flushexpiredtokens'], server.env)
  expect(output).toMatch(/^flush-expired-tokens: \d+ expired tokens deleted$/m)
  expect(output).toMatch(/^delete-closed-accounts: \d+ closed accounts deleted$/m)
  expect(code).toBe(0)
  expect(await server.sql('SELECT id FROM token_blacklist_outstandingtoken WHERE jti = ?', [gone])).toEqual([])
  expect((await refreshWith(call, account.refresh)).status).toBe(200)
})

test('a database that is not there is 1 and one line, without its password', async ({ server }) => {
  const env = { ...server.env, DATABASE_URL: 'postgresql://someone:canary-Pa55word@127.0.0.1:1/accounts' }
  for (const args of [['flushexpiredtokens'], ['migrate'], ['changepassword', 'a@b.co']]) {
    const { code, output } = await manage(args, env)
    expect.soft(code, args[0]).toBe(1)
    // A job that has nothing to ask the database says so first.
    expect.soft(output, args[0]).toMatch(/^(deliver-mail: 0 emails handled\n)?Error: .+\n$/)
    expect.soft(output, args[0]).not.toMatch(/canary|\n\s+at /)
  }
})

test('every command has help with an example; what is not a command is 2', async ({ server }) => {
  const general = await manage(['--help'], server.env)
  expect(general.code).toBe(0)
  for (const command of COMMANDS) {
    expect.soft(general.output).toContain(command)
    const { code, output } = await manage([command, '--help'], server.env)
    expect.soft(code, command).toBe(0)
    expect.soft(output, command).toMatch(/Usage: /)
    expect.soft(output, command).toMatch(/Example:/)
  }
  expect((await manage(['nonsense'], server.env)).code).toBe(2)
  expect((await manage(['changepassword'], server.env)).code, 'no email').toBe(2)
  expect((await manage(['migrate', '--nonsense'], server.env)).code).toBe(2)
  expect((await manage([], server.env)).output).toMatch(/Usage: /)
})

test('dev on a port in use says so instead of moving to another one, where no link would lead', async ({ server }) => {
  const { code, output } = await manage(['dev', '--port', String(server.port)], server.env)
  expect(code).toBe(1)
  expect(output).toMatch(new RegExp(`^Error: Port ${server.port} is in use\\.`, 'm'))
})
