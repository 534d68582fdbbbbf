/** Keys change while people are signed in and the servers run (the security requirements REL-7, J23). */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { logIn, openProtected, PASSWORD, readLogin, readPair, refreshWith, signUp } from '../../lib/http/testing/accounts.ts'
import { cookieOf, formHeaders, logInByForm, me, openPage, parseSetCookie, postForm } from '../../lib/http/testing/cookies.ts'
import { accessClaims, claimsOf, mint } from '../../lib/http/testing/jwt.ts'
import { startMailbox } from '../../lib/http/testing/mailbox.ts'
import { askForReset, confirmReset, mailedToken, resetToken } from '../../lib/http/testing/recovery.ts'
import { type Answer, type SendOptions, send } from '../../lib/http/testing/send.ts'
import { type Env, newSecret } from '../../lib/http/testing/test-server.ts'
import { keysIn } from '../../lib/jwt/testing/keys-file.ts'
import { freePort } from '../../lib/testing/free-port.ts'
import { expect, test } from '../fixtures.ts'
import { kidOf, startLoad, type Visitor } from '../load.ts'
import { manage } from '../manage.ts'

type Call = (path: string, options?: SendOptions) => Promise<Answer>
const callTo =
  (url: string): Call =>
  (path, options) =>
    send(url, path, options)

async function newVisitor(call: Call): Promise<Visitor & { email: string; id: number }> {
  const account = await signUp(call)
  return { ...account, cookie: await logInByForm(call, account) }
}

/** Longest to wait for what must happen, in milliseconds: the machine may be busy. */
const PATIENCE = { timeout: 45_000, intervals: [100] }

/** Where the running test may have its file of signing keys; it is not there yet. */
function keysFilePath(): string {
  const path = test.info().outputPath('keys.json')
  mkdirSync(dirname(path), { recursive: true })
  return path
}

async function rotate(env: Env, ...options: string[]): Promise<{ kid: string; activeFrom: number }> {
  const { code, output } = await manage(['rotatekeys', '--json', ...options], env)
  expect(code, output).toBe(0)
  return JSON.parse(output) as { kid: string; activeFrom: number }
}

test('REL-7: the keys of two running servers change three times under load: no one is logged out, no request fails', async ({
  startServer,
  newDatabase,
}) => {
  test.setTimeout(240_000)
  const [database, file, SECRET_KEY] = [await newDatabase(), keysFilePath(), newSecret()]
  // Cookies are renewed each second, as they are within any overlap that is longer than SLIDING_TOKEN_LIFETIME.
  const settings = { SECRET_KEY, SIGNING_KEYS_FILE: file, SLIDING_TOKEN_LIFETIME: '1s' }
  const servers = [await startServer({ database, env: settings }), await startServer({ database, env: settings })]
  const [{ url, env }] = servers as [(typeof servers)[0]]
  const call = callTo(url)
  const visitors = await Promise.all(Array.from({ length: 10 }, () => newVisitor(call)))
  const away = await newVisitor(call)
  const atFirst = { ...(visitors[0] as Visitor) }

  const load = startLoad(
    visitors,
    servers.map((server) => server.url),
  )
  const allUse = (kid: string) => expect.poll(() => load.kids().filter((used) => used !== kid), PATIENCE).toEqual([])
  const first = await rotate(env, '--algorithm', 'ES256', '--activate-after', '3s')
  await allUse(first.kid)
  expect(kidOf(atFirst.access)).not.toBe(first.kid)
  for (const server of servers) {
    expect((await openProtected(callTo(server.url), atFirst.access)).status, 'J23: an old key inside the overlap').toBe(200)
    expect((await openProtected(callTo(server.url), away.access)).status).toBe(200)
  }

  // At once: a server that gets a token of an unknown key reads the file again.
  const second = await rotate(env, '--algorithm', 'EdDSA', '--activate-after', '0')
  await allUse(second.kid)

  const third = await rotate(env, '--algorithm', 'HS256', '--activate-after', '3s', '--retire-after', '15s')
  await allUse(third.kid)
  const between = readPair(await refreshWith(call, away.refresh))
  await expect.poll(async () => (await openProtected(call, atFirst.access)).status, PATIENCE).toBe(401)
  const before = load.requests
  await expect.poll(() => load.requests - before, PATIENCE).toBeGreaterThan(60)
  await load.stop()
  expect(load.failures).toEqual([])
  expect(load.requests).toBeGreaterThan(300)

  // What was signed by the key of before the overlap is over; what was renewed in it goes on, and so do its refresh tokens.
  for (const server of servers) {
    const here = callTo(server.url)
    expect((await openProtected(here, away.access)).status, 'an access token of the removed key').toBe(401)
    expect((await openProtected(here, between.access)).status, 'one of after the change').toBe(200)
    expect((await me(here, away.cookie)).status, 'a cookie that was not renewed').toBe(401)
  }
  expect((await refreshWith(call, between.refresh)).status).toBe(200)
  expect((await refreshWith(call, atFirst.refresh)).status).toBe(401)
  await rotate(env, '--activate-after', '0')
  expect(keysIn(file).map(({ kid }) => kid)).not.toContain(first.kid)
  for (const server of servers) expect(server.output(), 'no fault was reported').not.toMatch(/"level":"error"/)
})

test('J23: a key of another installation opens nothing, by whatever name', async ({ call, server }) => {
  const { id, access } = await signUp(call)
  const staging = newSecret()
  for (const kid of [kidOf(access), 'staging'])
    expect((await openProtected(call, mint(accessClaims(id), staging, { alg: 'HS256', typ: 'JWT', kid }))).status).toBe(401)
  const named = mint(accessClaims(id), server.secret, { alg: 'HS256', typ: 'JWT', kid: kidOf(access) })
  expect((await openProtected(call, named)).status).toBe(200)
})

test('RT-2: a rotation is answered twice alike over a change of keys', async ({ startServer }) => {
  test.setTimeout(120_000)
  const settings = { ROTATION_GRACE_PERIOD: '10m', SIGNING_KEYS_FILE: keysFilePath() }
  const { url, env } = await startServer({ env: settings })
  const call = callTo(url)
  const { refresh } = await signUp(call)
  const successor = readPair(await refreshWith(call, refresh)).refresh
  // Tokens carry whole seconds: the next key must begin in a later one.
  while (Math.floor(Date.now() / 1000) <= Number(claimsOf(successor).iat)) await setTimeout(50)
  const { kid } = await rotate(env, '--activate-after', '0')
  await expect.poll(async () => kidOf((await signUp(call)).access), PATIENCE).toBe(kid)
  const again = readPair(await refreshWith(call, refresh))
  expect(again.refresh, 'signed by the key of its time').toBe(successor)
  expect(kidOf(again.access)).toBe(kid)
})

test('after a leak a rotation with no overlap ends every token at once, those of SECRET_KEY too, and a login begins anew', async ({
  startServer,
}) => {
  test.setTimeout(120_000)
  const { url, env, secret } = await startServer({ env: { SIGNING_KEYS_FILE: keysFilePath() } })
  const call = callTo(url)
  const account = await newVisitor(call)
  await rotate(env, '--activate-after', '0')
  const later = await newVisitor(call)
  await rotate(env, '--activate-after', '0', '--retire-after', '0')
  await expect.poll(async () => (await openProtected(call, account.access)).status, PATIENCE).toBe(401)
  for (const { access, refresh, cookie, id } of [account, later]) {
    expect((await openProtected(call, access)).status).toBe(401)
    expect((await refreshWith(call, refresh)).status).toBe(401)
    expect((await me(call, cookie)).status).toBe(401)
    expect((await openProtected(call, mint(accessClaims(id), secret))).status, 'made with SECRET_KEY').toBe(401)
  }
  const { access } = readLogin(await logIn(call, { email: account.email, password: PASSWORD }))
  expect((await openProtected(call, access)).status).toBe(200)
})

interface Held extends Visitor {
  email: string
  deviceCookie: string
}

/** An account with everything that is derived from SECRET_KEY. */
async function everything(call: Call): Promise<Held> {
  const account = await signUp(call)
  const answer = await postForm(call, '/api/accounts/login/', { email: account.email, password: account.password })
  const device = answer.cookies.map(parseSetCookie).find(({ name }) => name === 'latchkey_device')
  return { ...account, cookie: cookieOf(answer), deviceCookie: `latchkey_device=${device?.value}` }
}

/** Signs in with the device cookie from a program that the account does not know. */
const arriveWith = (call: Call, { email, deviceCookie }: Held) =>
  postForm(
    call,
    '/api/accounts/login/',
    { email, password: PASSWORD },
    { ...formHeaders, cookie: deviceCookie, 'user-agent': 'Elsewhere/1.0' },
  )

for (const [what, kept] of [
  ['with the former one among SECRET_KEY_FALLBACKS everything goes on', true],
  ['without it nothing does', false],
] as const) {
  test(`another SECRET_KEY after a restart: ${what}`, async ({ startServer, newDatabase }) => {
    test.setTimeout(120_000)
    const mailbox = await startMailbox()
    try {
      const [database, port, former] = [await newDatabase(), await freePort(), newSecret()]
      const settings = { SMTP_URL: mailbox.url, ROTATION_GRACE_PERIOD: '10m' }
      const before = await startServer({ database, port, env: { ...settings, SECRET_KEY: former } })
      const call = callTo(before.url)
      const held = await everything(call)
      const reset = await resetToken(call, mailbox, held.email)
      const late = await signUp(call)
      await mailbox.waitFor(late.email)
      mailbox.refuseWith = 451
      await askForReset(call, late.email)
      const parent = await everything(call)
      const successor = readPair(await refreshWith(call, parent.refresh)).refresh
      await before.stop()

      const SECRET_KEY_FALLBACKS = kept ? former : newSecret()
      await startServer({ database, port, env: { ...settings, SECRET_KEY: newSecret(), SECRET_KEY_FALLBACKS } })
      mailbox.refuseWith = 0
      const ok = kept ? 200 : 401
      expect.soft((await openProtected(call, held.access)).status, 'access token').toBe(ok)
      expect.soft((await me(call, held.cookie)).status, 'cookie').toBe(ok)
      expect.soft((await openPage(call, '/dashboard', held.cookie)).status, 'page').toBe(kept ? 200 : 303)
      expect.soft((await refreshWith(call, held.refresh)).status, 'refresh token').toBe(ok)
      const again = await refreshWith(call, parent.refresh)
      expect.soft(again.status, 'a rotation answered again').toBe(ok)
      if (kept) {
        const { refresh } = readPair(again)
        expect([claimsOf(refresh), kidOf(refresh) === kidOf(successor)]).toEqual([claimsOf(successor), false])
        expect((await refreshWith(call, successor)).status, 'the first answer is as good').toBe(200)
      }
      expect.soft((await arriveWith(call, held)).status).toBe(303)
      const messages = await database.sql("SELECT id FROM accounts_outboxmail WHERE kind = 'new_device' AND recipient = ?", [held.email])
      expect.soft(messages.length, 'emails about a new device').toBe(kept ? 0 : 1)
      expect.soft((await confirmReset(call, reset)).status, 'mailed link').toBe(kept ? 200 : 400)
      if (kept) {
        const token = await mailedToken(mailbox, late.email, '/password-reset/confirm')
        expect((await confirmReset(call, token)).status, 'an email that was not sent yet').toBe(200)
      } else {
        const state = async () =>
          (
            await database.sql("SELECT last_error FROM accounts_outboxmail WHERE kind = 'password_reset' AND recipient = ?", [late.email])
          )[0]
        await expect.poll(state, PATIENCE).toEqual({ last_error: 'its link does not count any more' })
      }
    } finally {
      await mailbox.stop()
    }
  })
}

test('the printed steps, taken on one server after the other, log no one out', async ({ startServer, newDatabase }) => {
  test.setTimeout(180_000)
  const database = await newDatabase()
  const ports = [await freePort(), await freePort()]
  let env: Env = { SECRET_KEY: newSecret() }
  let servers = [
    await startServer({ database, port: ports[0] as number, env }),
    await startServer({ database, port: ports[1] as number, env }),
  ]
  const call = (index: number) => callTo((servers[index] as (typeof servers)[0]).url)
  const visitor = await newVisitor(call(0))
  const { code, output } = await manage(['rotatekeys', '--json'], { ...(servers[0]?.env ?? {}) })
  expect(code, output).toBe(0)
  const steps = (JSON.parse(output) as { steps: { set: Env }[] }).steps.slice(0, 2)
  const works = async (index: number) => {
    expect((await openProtected(call(index), visitor.access)).status).toBe(200)
    expect((await me(call(index), visitor.cookie)).status).toBe(200)
    Object.assign(visitor, readPair(await refreshWith(call(index), visitor.refresh)))
  }
  for (const { set } of steps) {
    env = { ...env, ...set }
    for (const index of [0, 1]) {
      await servers[index]?.stop()
      const restarted = await startServer({ database, port: ports[index] as number, env })
      servers = servers.map((server, at) => (at === index ? restarted : server))
      // What either made the other takes, whichever was restarted.
      for (const at of [index, 1 - index, index]) await works(at)
    }
  }
})
