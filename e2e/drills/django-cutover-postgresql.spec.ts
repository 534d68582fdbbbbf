/**
 * The move from a real Django, and back, on a lived-in database of the original: docs/migrating-from-django.md side by side
 * with the tutorial's project. data/django-cutover.dump has every hash, address and phone that Django let in.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { createDatabase, type TestDatabase } from '../../lib/db/testing/databases.ts'
import {
  bearer,
  logIn,
  newPerson,
  PASSWORD,
  type Person,
  readLogin,
  refreshWith,
  signUp,
  signupFields,
  unique,
} from '../../lib/http/testing/accounts.ts'
import { letTimePass, MINUTE } from '../../lib/http/testing/aging.ts'
import { type Mailbox, startMailbox } from '../../lib/http/testing/mailbox.ts'
import { confirmReset, mailedToken, NEW_PASSWORD } from '../../lib/http/testing/recovery.ts'
import { type SendOptions, send } from '../../lib/http/testing/send.ts'
import { type Env, newSecret } from '../../lib/http/testing/test-server.ts'
import { expect, test } from '../fixtures.ts'
import { manage } from '../manage.ts'
import { hasDjango, type RunningDjango, startDjango } from '../running-django.ts'
import { bareEnvironment, startServer, type TestServer } from '../server.ts'

const data = (file: string) => join(import.meta.dirname, '..', 'data', file)

const RUNS = hasDjango() && spawnSync('pg_restore', ['--version']).status === 0
if (!RUNS) console.log('Django or pg_restore not installed: the move from a real Django and back did not run')

const knownSchema = z.object({
  accounts: z.array(z.object({ id: z.int(), email: z.string(), password: z.string() })),
})
const known = knownSchema.parse(JSON.parse(readFileSync(data('django-cutover.json'), 'utf8')))
const knownRoot = { email: 'root@drill.example', password: 'Root-pass-1' }

const letInSchema = z.object({ login: z.array(z.int()), token: z.array(z.int()) })

/** Rows whose addresses are another's but for capitals or the form of the domain: what `check` demands to be settled. */
const COLLIDING = [33, 39, 1685]

type Call = (path: string, options?: SendOptions) => ReturnType<typeof send>

/** Rounds in which all accounts log in at both systems, and rounds for one account of each format; `every` in seconds. */
const ROUNDS = 2
const HOURLY = { rounds: 12, every: 5 * MINUTE }

let database: TestDatabase
let django: RunningDjango
let latchkey: TestServer
let mailbox: Mailbox
let call: Call
/** The accounts that log in at Django, by address and password, and at a Django without `bcrypt`. */
let admitted: Awaited<ReturnType<typeof whoGetsIn>>
let admittedWithoutBcrypt: typeof admitted
/** The hashes before the first login. */
let original: Awaited<ReturnType<typeof storedHashes>>
/** Refresh tokens that Django issued before the move: one that lives for each account, and one that it blacklisted. */
let living: Record<string, string>
let blacklisted: string
/** Accounts whose passwords were made here. */
const people: Pick<Person, 'email' | 'password'>[] = []

/** Django's key, and ours. */
const secret = newSecret()

const environment = (): Env => ({ SECRET_KEY: secret, ROTATE_REFRESH_TOKENS: 'false', SMTP_URL: mailbox.url })
const storedHashes = async () =>
  Object.fromEntries((await database.sql('SELECT id, password FROM accounts_user')).map(({ id, password }) => [String(id), password]))

async function started(env: Env = {}): Promise<[TestServer, Call]> {
  const server = await startServer({ database, env: { ...environment(), ...env } })
  return [server, (path, options) => send(server.url, path, options)]
}

/** What a hash says of how it was made: the algorithm, and the cost where it stands second. */
const formatOf = (hash: unknown) => String(hash).split('$').slice(0, 2).join('$')

/** Which of these each of Django's endpoints lets in, asked without leaving a trace: a login renews hashes. */
async function whoGetsIn(at: RunningDjango, accounts: typeof known.accounts) {
  const printed = await at.run(`
import json
from django.db import transaction
from rest_framework.test import APIClient
client = APIClient(raise_request_exception=False)
let_in = {'login': [], 'token': []}
with transaction.atomic():
    for account in json.loads(${JSON.stringify(JSON.stringify(accounts))}):
        body = {'email': account['email'], 'password': account['password']}
        for path, ids in let_in.items():
            if client.post(f'/api/accounts/{path}/', body, format='json').status_code == 200:
                ids.append(account['id'])
    transaction.set_rollback(True)
print(json.dumps(let_in))
`)
  const { login, token } = letInSchema.parse(JSON.parse(printed.trim().split('\n').at(-1) ?? ''))
  const those = (ids: number[]) => accounts.filter(({ id }) => ids.includes(id))
  return { login: those(login), token: those(token) }
}

test.skip(!RUNS, 'Django or pg_restore is not installed')
test.describe.configure({ mode: 'serial', timeout: 300_000 })

test.beforeAll(async () => {
  database = await createDatabase('postgresql')
  execFileSync('pg_restore', ['--no-owner', '--exit-on-error', '-d', database.url, data('django-cutover.dump')])
  mailbox = await startMailbox()
  django = await startDjango(database, { secret })
})

test.afterAll(async () => {
  await latchkey?.stop()
  await django?.stop()
  await mailbox?.stop()
  await database?.drop()
})

test('before the move, check names what collides and changes nothing; settled in Django, it lets the migration through', async () => {
  const env = { ...bareEnvironment(), ...environment(), APP_URL: 'http://127.0.0.1', DATABASE_URL: database.url }
  const found = await manage(['check'], env)
  expect(found.code, found.output).toBe(1)
  for (const id of COLLIDING) expect(found.output).toContain(`account ${id} (`)
  const refused = await manage(['migrate'], env)
  expect(refused.code, refused.output).toBe(1)
  expect(await database.sql(`SELECT 1 FROM pg_tables WHERE tablename = 'accounts_session'`)).toEqual([])
  await django.run(`
from accounts.models import User
for id in ${JSON.stringify(COLLIDING)}:
    User.objects.filter(pk=id).update(email=f'settled-{id}@drill.example')
`)
  const made = await django.run(`
import json
from accounts.models import User
from rest_framework_simplejwt.tokens import RefreshToken
RefreshToken.for_user(User.objects.get(pk=1))
gone = RefreshToken.for_user(User.objects.get(pk=1))
gone.blacklist()
living = {user.pk: str(RefreshToken.for_user(user)) for user in User.objects.filter(is_active=True, pk__gte=72)[:10]}
print(json.dumps([living, str(gone)]))
`)
  ;[living, blacklisted] = z.tuple([z.record(z.string(), z.string()), z.string()]).parse(JSON.parse(made))
  original = await storedHashes()
  admitted = await whoGetsIn(django, known.accounts)
  const without = await startDjango(database, { secret, missing: ['bcrypt'] })
  admittedWithoutBcrypt = await whoGetsIn(without, known.accounts).finally(() => without.stop())
  expect(admitted.login.length).toBeGreaterThan(30)
  const settled = await manage(['check'], env)
  expect(settled.code, settled.output).toBe(0)
  const migrated = await manage(['migrate'], env)
  expect(migrated.code, migrated.output).toBe(0)
  ;[latchkey, call] = await started()
})

test('every account that Django lets in is let in, by both endpoints, and tokens that Django issued stay valid at both', async () => {
  for (const [endpoint, accounts] of Object.entries(admitted)) {
    for (const { email, password } of accounts)
      expect.soft((await call(`/api/accounts/${endpoint}/`, { json: { email, password } })).status, `${endpoint}/ ${email}`).toBe(200)
  }
  for (const [id, refresh] of Object.entries(living)) {
    expect.soft((await refreshWith(call, refresh)).status, `${id} here`).toBe(200)
    expect.soft((await refreshWith(django.call, refresh)).status, `${id} at Django`).toBe(200)
  }
  expect((await refreshWith(call, blacklisted)).status).toBe(401)
  expect((await refreshWith(django.call, blacklisted)).status).toBe(401)
})

test('logins at both in turn change no hash, once Django has renewed what it renews', async () => {
  const renewed = await storedHashes()
  for (const { email, password } of admitted.login) expect.soft((await logIn(django.call, { email, password })).status, email).toBe(200)
  const settled = await storedHashes()
  // What Latchkey renewed is as Django would have it, or as it was before.
  for (const { id, email } of admitted.login)
    if (/^pbkdf2_sha256\$260000/.test(String(renewed[id]))) expect.soft(settled[id], email).toBe(renewed[id])
  for (let round = 0; round < ROUNDS; round++) {
    for (const { email, password } of admitted.login) {
      expect.soft((await logIn(call, { email, password })).status, email).toBe(200)
      expect.soft((await logIn(django.call, { email, password })).status, email).toBe(200)
    }
  }
  expect(await storedHashes()).toEqual(settled)
  const oneOfEach = new Map(admitted.login.map((account) => [formatOf(original[account.id]), account]))
  expect(oneOfEach.size).toBeGreaterThan(4)
  for (let round = 0; round < HOURLY.rounds; round++) {
    for (const { email, password } of oneOfEach.values()) {
      expect.soft((await logIn(call, { email, password })).status, email).toBe(200)
      expect.soft((await logIn(django.call, { email, password })).status, email).toBe(200)
    }
    await letTimePass(database, HOURLY.every)
  }
  expect(await storedHashes()).toEqual(settled)
})

interface Session {
  refresh: string
  access: string
}
interface Ending {
  name: string
  /** Which of the tokens are refused afterwards; the others go on. */
  ends: ('own' | 'other' | 'djangos')[]
  do: (account: Person & { id: number }, own: Session, other: Session) => Promise<{ status: number; text: string }>
  env?: Env
}

let root: Session
const sidOf = ({ refresh }: Session) =>
  z.object({ sid: z.string() }).parse(JSON.parse(Buffer.from(refresh.split('.')[1] ?? '', 'base64url').toString())).sid
const post = (path: string, session: Session, json: unknown = {}) => call(path, { json, headers: bearer(session.access) })
const remove = (path: string, session: Session, json?: unknown) => call(path, { method: 'DELETE', json, headers: bearer(session.access) })
const newPassword = { password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }
const ALL: Ending['ends'] = ['own', 'other', 'djangos']

const ENDINGS: Ending[] = [
  { name: 'logout/', ends: ['own'], do: (_, own) => call('/api/accounts/logout/', { json: { refresh: own.refresh } }) },
  { name: 'token/blacklist/', ends: ['own'], do: (_, own) => call('/api/accounts/token/blacklist/', { json: { refresh: own.refresh } }) },
  { name: 'logout/all/', ends: ALL, do: (_, own) => post('/api/accounts/logout/all/', own, { current: true }) },
  { name: 'sessions/{id}/', ends: ['other'], do: (_, own, other) => remove(`/api/accounts/sessions/${sidOf(other)}/`, own) },
  {
    name: 'password/change/',
    ends: ['other', 'djangos'],
    do: (_, own) => post('/api/accounts/password/change/', own, { current_password: PASSWORD, ...newPassword }),
  },
  {
    name: 'password/reset/confirm/',
    ends: ALL,
    do: async ({ email }) => {
      await call('/api/accounts/password/reset/', { json: { email } })
      return confirmReset(call, await mailedToken(mailbox, email, '/password-reset/confirm'))
    },
  },
  {
    name: 'a password set by staff',
    ends: ALL,
    do: ({ id }) => post(`/api/admin/users/${id}/password/`, root, { password1: NEW_PASSWORD, password2: NEW_PASSWORD }),
  },
  { name: 'all sessions ended by staff', ends: ALL, do: ({ id }) => remove(`/api/admin/users/${id}/sessions/`, root) },
  { name: 'a session ended by staff', ends: ['other'], do: (_, _own, other) => remove(`/api/admin/sessions/${sidOf(other)}/`, root) },
  {
    name: 'deactivated by staff, and activated again',
    ends: ALL,
    do: async ({ id }) => {
      const set = (is_active: boolean) =>
        call(`/api/admin/users/${id}/`, { method: 'PATCH', json: { is_active }, headers: bearer(root.access) })
      await set(false)
      return set(true)
    },
  },
  { name: 'own deletion', ends: ALL, do: (_, own) => remove('/api/accounts/me/', own, { password: PASSWORD }) },
  { name: 'deletion by staff', ends: ALL, do: ({ id }) => remove(`/api/admin/users/${id}/`, root) },
  {
    name: 'the limit of sessions',
    ends: ['own'],
    env: { SESSION_LIMIT: '2' },
    do: (account) => logIn(call, account),
  },
  {
    name: 'a replayed token',
    ends: ['own'],
    env: { ROTATE_REFRESH_TOKENS: 'true', ROTATION_GRACE_PERIOD: '0' },
    do: async (_, own) => {
      const { refresh } = z.object({ refresh: z.string() }).parse((await refreshWith(call, own.refresh)).body)
      expect((await refreshWith(call, own.refresh)).status).toBe(401)
      own.refresh = refresh
      return { status: 200, text: '' }
    },
  },
]

const settingsOf = new Set(ENDINGS.map(({ env }) => env))
for (const env of settingsOf) {
  const endings = ENDINGS.filter((ending) => ending.env === env)
  test(`sessions that end are refused by Django, too: ${endings.map(({ name }) => name).join(', ')}`, async () => {
    if (env) {
      await latchkey.stop()
      ;[latchkey, call] = await started(env)
    }
    root = readLogin(await logIn(call, knownRoot))
    for (const ending of endings) {
      const account = await signUp(call)
      const own = { access: account.access, refresh: account.refresh }
      const other = readLogin(await logIn(call, account))
      const djangos = readLogin(await logIn(django.call, account))
      const tokens = { own, other, djangos }
      for (const [name, { refresh }] of Object.entries(tokens))
        expect.soft((await refreshWith(django.call, refresh)).status, `${name} before ${ending.name}`).toBe(200)
      const done = await ending.do(account, own, other)
      expect.soft([200, 204], `${ending.name}: ${done.status} ${done.text}`).toContain(done.status)
      for (const [name, { refresh }] of Object.entries(tokens)) {
        const ended = ending.ends.some((which) => which === name)
        expect.soft((await refreshWith(django.call, refresh)).status, `${name} at Django after ${ending.name}`).toBe(ended ? 401 : 200)
        expect.soft((await refreshWith(call, refresh)).status, `${name} here after ${ending.name}`).toBe(ended ? 401 : 200)
      }
      if (/password/.test(ending.name)) people.push({ email: account.email, password: NEW_PASSWORD })
    }
    if (env) {
      await latchkey.stop()
      ;[latchkey, call] = await started()
    }
  })
}

test('sign-ups, groups and permissions of each are the other’s, and Django’s checks find nothing to do', async () => {
  const [here, there] = [newPerson(), newPerson()]
  expect((await call('/api/accounts/signup/', { json: signupFields(here) })).status).toBe(201)
  expect((await django.call('/api/accounts/signup/', { json: signupFields(there) })).status).toBe(201)
  people.push(here, there)
  for (const each of [call, django.call]) {
    for (const person of [here, there]) {
      expect((await logIn(each, person)).status).toBe(200)
      const again = await each('/api/accounts/signup/', { json: signupFields(person) })
      expect(again.body).toEqual({
        email: ['user with this email already exists.'],
        phone: ['user with this phone already exists.'],
      })
    }
  }
  const capitals = await call('/api/accounts/signup/', { json: signupFields(newPerson({ email: there.email.toUpperCase() })) })
  expect(capitals.body).toEqual({ email: ['user with this email already exists.'] })
  const group = `Readers ${unique()}`
  const printed = await django.run(`
from django.contrib.auth.models import Group, Permission
from accounts.models import User
group = Group.objects.create(name='${group}')
group.permissions.add(Permission.objects.get(codename='view_user', content_type__app_label='accounts'))
user = User.objects.get(email='${there.email}')
user.is_staff = True
user.save()
user.groups.add(group)
print(group.pk, User.objects.get(email='${here.email}').pk)
`)
  const [groupId, hereId] = printed.trim().split(' ').map(Number)
  const member = readLogin(await logIn(call, there))
  expect((await call('/api/admin/users/', { headers: bearer(member.access) })).status).toBe(200)
  expect((await call('/api/admin/outbox/', { headers: bearer(member.access) })).status).toBe(403)
  root = readLogin(await logIn(call, knownRoot))
  const json = { is_staff: true, groups: [groupId] }
  expect(await call(`/api/admin/users/${hereId}/`, { method: 'PATCH', json, headers: bearer(root.access) })).toMatchObject({ status: 200 })
  const checks = await django.run(`
from accounts.models import User
print(User.objects.get(pk=${hereId}).has_perm('accounts.view_user'))
call_command('check')
call_command('migrate', check_unapplied=True)
call_command('makemigrations', check=True, dry_run=True)
`)
  expect(checks).toMatch(/^True\nSystem check identified no issues[\s\S]*No changes detected\n$/)
})

test('back at Django alone, without the module bcrypt, no one is locked out', async () => {
  await latchkey.stop()
  await django.stop()
  django = await startDjango(database, { secret, missing: ['bcrypt'] })
  for (const person of [...admittedWithoutBcrypt.login, ...people]) {
    const answer = await logIn(django.call, person)
    expect.soft(answer.status, `${person.email} ${answer.text.slice(0, 100)}`).toBe(200)
  }
})
