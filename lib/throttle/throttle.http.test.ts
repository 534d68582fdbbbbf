/** Only the client that tries too often waits (the security requirements RL-1 to RL-6). */
import { type Account, logIn, newPerson, refreshWith, signUp, signupFields, unique } from '../http/testing/accounts.ts'
import { parseSetCookie, postForm } from '../http/testing/cookies.ts'
import { type Call, expect, test } from '../http/testing/fixtures.ts'
import type { Answer } from '../http/testing/send.ts'
import type { App, AppOverrides } from '../http/testing/start-app.ts'
import type { Env } from '../http/testing/test-server.ts'

const callTo =
  (server: App, headers: Record<string, string> = {}): Call =>
  (path, options = {}) =>
    server.call(path, { ...options, headers: { ...headers, ...options.headers } })

/** A caller behind the one trusted proxy. */
const from = (server: App, address: string, more: Record<string, string> = {}) => callTo(server, { 'x-forwarded-for': address, ...more })

const limited = (rates: string, more: Env = {}): AppOverrides => ({ env: { THROTTLE_RATES: rates, ...more } })

const wrong = (email: string) => ({ email, password: `wrong-${unique()}` })
const count = (answers: Answer[], status: number) => answers.filter((answer) => answer.status === status).length
const times = <Result>(n: number, work: (index: number) => Promise<Result>) =>
  Promise.all(Array.from({ length: n }, (_, index) => work(index)))

/** Twenty at a time: more would wait too long for a hashing thread on a busy machine, and be told that the server is. */
async function inRounds<Result>(n: number, work: (index: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  while (results.length < n) {
    const done = results.length
    results.push(...(await times(Math.min(20, n - done), (index) => work(done + index))))
  }
  return results
}

const failuresOf = async (server: App) => (await server.sql("SELECT id FROM accounts_auditevent WHERE event = 'login_failed'")).length

function expectThrottled(answer: Answer): void {
  expect(answer.status, answer.text).toBe(429)
  const wait = answer.headers['retry-after'] ?? ''
  expect(wait).toMatch(/^[1-9]\d*$/)
  expect(answer.body).toEqual({ detail: `Request was throttled. Expected available in ${wait} second${wait === '1' ? '' : 's'}.` })
}

test('RL-1: one more than the limit is 429 with Django REST framework’s words, also for the right password; others go on', async ({
  startServer,
}) => {
  const server = await startServer(limited('login=3/h,*=none'))
  const call = callTo(server)
  const [account, other] = [await server.newAccount(), await server.newAccount()]
  for (let n = 0; n < 3; n++) expect((await logIn(call, wrong(account.email))).status).toBe(400)
  expectThrottled(await logIn(call, wrong(account.email)))
  expectThrottled(await logIn(call, account))
  expectThrottled(await call('/api/accounts/token/', { json: { email: account.email.toUpperCase(), password: account.password } }))
  expect((await logIn(call, other)).status).toBe(200)
  expect((await refreshWith(call, account.refresh)).status, 'who is logged in stays so').toBe(200)
})

test('RL-1: an unknown address is throttled like a known one, to the byte', async ({ startServer }) => {
  const server = await startServer(limited('login=3/d'))
  const known = await server.newAccount()
  const call = callTo(server)
  const seen = async (email: string) => {
    const answers: Answer[] = []
    for (let n = 0; n < 5; n++) answers.push(await logIn(call, wrong(email)))
    // The seconds that are left differ by when it was asked.
    return answers.map(({ status, text, headers }) => [status, text.replace(/\d{4,}/, 'N'), Object.keys(headers)])
  }
  expect(await seen(known.email)).toEqual(await seen(`${unique()}@example.com`))
})

test('successes use up nothing: a person may log in as often as they like', async ({ startServer }) => {
  const { call, newAccount } = await startServer(limited('login=3/h'))
  const account = await newAccount()
  for (let n = 0; n < 8; n++) expect((await logIn(call, account)).status).toBe(200)
})

test('RL-2: of 50 wrong logins at once with a limit of 5 exactly 5 reach the password check', async ({ startServer }) => {
  const server = await startServer(limited('login=5/h'))
  const { email } = await server.newAccount()
  const answers = await times(50, () => logIn(callTo(server), wrong(email)))
  expect([count(answers, 400), count(answers, 429)]).toEqual([5, 45])
  expect(await failuresOf(server)).toBe(5)
  const rows = await server.sql("SELECT event FROM accounts_auditevent WHERE event = 'request_throttled'")
  expect(rows, 'one row for the window, not one for each').toHaveLength(1)
})

test('RL-3: no header of a client’s makes it another one', async ({ startServer }) => {
  const server = await startServer(limited('login=4/h'))
  const email = `${unique()}@example.com`
  const headers = [
    'x-forwarded-for',
    'x-real-ip',
    'forwarded',
    'cf-connecting-ip',
    'x-client-ip',
    'true-client-ip',
    'x-latchkey-peer-address',
  ]
  const answers = await times(28, (n) => {
    const address = `198.51.100.${n}`
    const name = headers[n % headers.length] as string
    return logIn(callTo(server, { [name]: name === 'forwarded' ? `for=${address}` : address }), wrong(email))
  })
  expect([count(answers, 400), count(answers, 429)]).toEqual([4, 24])
})

test('RL-3: behind a proxy only what the proxy wrote counts; without it, or with rubbish in it, the limit holds', async ({
  startServer,
}) => {
  const server = await startServer(limited('login=4/h', { TRUSTED_PROXY_HOPS: '1' }))
  const through = async (write: (n: number) => Record<string, string>) => {
    const email = `${unique()}@example.com`
    return count(await times(12, (n) => logIn(callTo(server, write(n)), wrong(email))), 400)
  }
  expect(await through((n) => ({ 'x-forwarded-for': `203.0.113.${n}, 198.51.100.7` }))).toBe(4)
  expect(await through((n) => ({ 'x-real-ip': `203.0.113.${n}` }))).toBe(4)
  expect(await through((n) => ({ 'x-forwarded-for': `rubbish-${n}` }))).toBe(4)
  expect(await through((n) => ({ 'x-forwarded-for': `2001:db8:1:2::${n}` })), 'an IPv6 network is one client').toBe(4)
})

test.describe('RL-4: an attacker who fails 200 times', () => {
  const attacked = async (server: App, account: Account, ...addresses: string[]) => {
    const answers = await inRounds(200, (n) => logIn(from(server, addresses[n % addresses.length] as string), wrong(account.email)))
    expect(count(answers, 429)).toBeGreaterThan(100)
  }

  test('from one address keeps the owner out nowhere else', async ({ startServer }) => {
    const server = await startServer(limited('', { TRUSTED_PROXY_HOPS: '1' }))
    const account = await server.newAccount()
    await attacked(server, account, '203.0.113.9')
    expectThrottled(await logIn(from(server, '203.0.113.9'), account))
    expect((await logIn(from(server, '198.51.100.7', { 'user-agent': 'never-seen/1.0' }), account)).status).toBe(200)
  })

  test('from many addresses keeps no owner out of a device that the account knows, not even behind the attacker’s address', async ({
    startServer,
  }) => {
    const server = await startServer(limited('', { TRUSTED_PROXY_HOPS: '1' }))
    const account = await server.newAccount()
    await logIn(from(server, '192.0.2.1'), account)
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
    const atHome = await postForm(from(server, '192.0.2.7', { 'user-agent': firefox }), '/api/accounts/login/', account as never)
    const device = atHome.cookies.find((cookie) => cookie.startsWith('latchkey_device='))?.split(';')[0] ?? ''
    await attacked(server, account, ...Array.from({ length: 40 }, (_, n) => `203.0.113.${n}`))
    expectThrottled(await logIn(from(server, '198.51.100.7'), account))
    expect((await logIn(from(server, '192.0.2.1'), account)).status, 'the network and program of an earlier login').toBe(200)
    const cookieOnly = from(server, '203.0.113.1', { 'user-agent': firefox, cookie: device })
    const answer = await postForm(cookieOnly, '/api/accounts/login/', { email: account.email, password: account.password })
    expect(answer.headers.location).toBe('/dashboard')
  })
})

test('RL-5: one attempt at each of 200 accounts from one address is stopped at about 50', async ({ startServer }) => {
  const server = await startServer(limited(''))
  // Those that are let through have accounts, whose hashes cost little.
  const emails: string[] = []
  for (let n = 0; n < 200; n++) emails.push(n < 55 ? (await server.newAccount()).email : `${unique()}@example.com`)
  const answers: Answer[] = []
  for (const email of emails) answers.push(await logIn(callTo(server), wrong(email)))
  expect(answers.findIndex(({ status }) => status === 429)).toBe(50)
  expect(count(answers, 400)).toBe(50)
})

test('RL-5: one account from 60 addresses is slowed, and its owner told once', async ({ startServer, mailbox }) => {
  const server = await startServer(limited('', { TRUSTED_PROXY_HOPS: '1', SMTP_URL: mailbox.url }))
  const account = await server.newAccount()
  const answers = await inRounds(60, (n) => logIn(from(server, `203.0.113.${n}`), wrong(account.email)))
  expect([count(answers, 400), count(answers, 429)]).toEqual([50, 10])
  const isNotice = ({ subject }: { subject: string }) => subject === 'Many attempts to sign in to your account'
  await expect.poll(() => mailbox.to(account.email).filter(isNotice).length).toBe(1)
  const kinds = await server.sql("SELECT kind FROM accounts_outboxmail WHERE kind = 'login_attempts'")
  expect(kinds).toHaveLength(1)
})

test('RL-6: without its table the limit still holds, and no request fails of it', async ({ startServer }) => {
  const server = await startServer(limited('login=5/h'))
  await server.sql('DROP TABLE accounts_throttlecounter')
  const email = `${unique()}@example.com`
  const answers = await times(50, () => logIn(callTo(server), wrong(email)))
  expect([count(answers, 400), count(answers, 429)]).toEqual([5, 45])
  const line =
    server
      .output()
      .split('\n')
      .find((text) => text.includes('throttle_store_failed')) ?? ''
  expect(JSON.parse(line)).toMatchObject({ level: 'warn' })
  expect(line).not.toContain(email)
})

test('a sign-up over the limit makes no account, and a refresh over it ends no session', async ({ startServer }) => {
  const server = await startServer(limited('signup=2/h,refresh=2/h'))
  const call = callTo(server)
  const { refresh } = await signUp(call)
  await signUp(call)
  const third = newPerson()
  expectThrottled(await call('/api/accounts/signup/', { json: signupFields(third) }))
  expect(await server.sql('SELECT id FROM accounts_user WHERE email = ?', [third.email])).toEqual([])
  const rubbish = [await refreshWith(call, 'x'), await refreshWith(call, 'y')]
  expect(rubbish.map(({ status }) => status)).toEqual([401, 401])
  expectThrottled(await refreshWith(call, refresh))
  const [session] = await server.sql('SELECT ended_at FROM accounts_session ORDER BY created_at')
  expect(session?.ended_at).toBeNull()
})

test('what is not a try is not counted: methods, forms of other sites, missing fields', async ({ startServer }) => {
  const { call, newAccount } = await startServer(limited('login=1/h'))
  const { email, password } = await newAccount()
  for (let n = 0; n < 5; n++) {
    expect((await call('/api/accounts/login/')).status).toBe(405)
    expect((await call('/api/accounts/login/', { method: 'OPTIONS' })).status).toBe(200)
    expect((await call('/api/accounts/login/', { json: { email } })).status).toBe(400)
    expect((await call('/api/accounts/login/', { json: wrong(email), headers: { origin: 'https://evil.example' } })).status).toBe(403)
  }
  expect((await logIn(call, { email, password })).status).toBe(200)
})

test('LI-6: a form over the limit leads back to itself with the message and the address, and keeps where it leads', async ({
  startServer,
}) => {
  const call = callTo(await startServer(limited('login=1/h')))
  const email = `${unique()}@example.com`
  const post = () => postForm(call, '/api/accounts/login/', { ...wrong(email), next: '/dashboard?a=1' })
  await post()
  const answer = await post()
  expect([answer.status, answer.headers.location]).toEqual([303, `/login?next=${encodeURIComponent('/dashboard?a=1')}`])
  const flash = parseSetCookie(answer.cookies[0] ?? '')
  const content = JSON.parse(Buffer.from(flash.value, 'base64url').toString())
  expect(content).toEqual({
    form: '/login',
    errors: { non_field_errors: [expect.stringMatching(/^throttled:(3600|35\d\d)$/)] },
    values: { email },
  })
})

test('with the defaults an ordinary day meets no limit', async ({ startServer }) => {
  const { call, newAccount } = await startServer(limited(''))
  const account = await newAccount()
  for (let n = 0; n < 5; n++) expect((await logIn(call, wrong(account.email))).status).toBe(400)
  let { refresh } = account
  for (let n = 0; n < 20; n++) {
    const answer = await refreshWith(call, refresh)
    expect(answer.status).toBe(200)
    refresh = (answer.body as { refresh: string }).refresh
  }
  expect((await logIn(call, account)).status).toBe(200)
})
