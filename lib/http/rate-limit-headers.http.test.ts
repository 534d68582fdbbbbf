/** What API clients learn about their limits, and what the headers never reveal (draft-ietf-httpapi-ratelimit-headers-11). */
import { bearer, logIn, refreshWith, signUp, unique } from './testing/accounts.ts'
import { postForm } from './testing/cookies.ts'
import { type Call, expect, test } from './testing/fixtures.ts'
import type { Answer } from './testing/send.ts'

const told = ({ headers }: Answer) => ({ policy: headers['ratelimit-policy'], now: headers.ratelimit, retryAfter: headers['retry-after'] })
const remaining = (answer: Answer) => Number(/;r=(\d+)/.exec(String(answer.headers.ratelimit))?.[1] ?? Number.NaN)

test('a limited endpoint names its limits and counts down to 429, whose RateLimit and Retry-After agree', async ({ startServer }) => {
  const { call } = await startServer({ env: { THROTTLE_RATES: 'refresh=3/h' } })
  const answers: Answer[] = []
  for (let n = 0; n < 4; n++) answers.push(await refreshWith(call, 'x'))
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429])
  for (const answer of answers) expect(told(answer).policy).toBe('"refresh-address-hour";q=3;w=3600')
  expect(answers.map(remaining)).toEqual([2, 1, 0, 0])
  const last = answers[3] as Answer
  const [, seconds] = /^"refresh-address-hour";r=0;t=(\d+)$/.exec(told(last).now as string) ?? []
  expect(Number(last.headers['retry-after'])).toBeGreaterThanOrEqual(Number(seconds))
  expect(last.body).toEqual({ detail: `Request was throttled. Expected available in ${last.headers['retry-after']} seconds.` })
})

test('RL-1: a known address, an unknown one and a known device look alike, failure by failure', async ({ startServer }) => {
  const seen = async (known: boolean) => {
    const { call } = await startServer({ env: { THROTTLE_RATES: 'login=3/d,signup=none' } })
    // The sign-up makes this network and program a device that the account knows.
    const { email } = await signUp(call)
    const answers: Answer[] = []
    for (let n = 0; n < 5; n++) answers.push(await logIn(call, { email: known ? email : `${unique()}@example.com`, password: 'wrong' }))
    return answers
      .slice(0, known ? 5 : 3)
      .map(({ status, headers }) => [status, told({ headers } as Answer).policy, remaining({ headers } as Answer)])
  }
  const known = await seen(true)
  expect(known.slice(0, 3)).toEqual(await seen(false))
  expect(known.map(([status]) => status)).toEqual([400, 400, 400, 429, 429])
  expect(JSON.stringify(known)).not.toContain('device')
})

test('a success leaves as much as there was; other people’s requests about an account never show', async ({ startServer }) => {
  const server = await startServer({ env: { THROTTLE_RATES: 'login=20/h,reset=20/h,signup=none', TRUSTED_PROXY_HOPS: '1' } })
  const from =
    (address: string): Call =>
    (path, options = {}) =>
      server.call(path, { ...options, headers: { ...options.headers, 'x-forwarded-for': address } })
  const account = await signUp(from('192.0.2.1'))
  const [first, second] = [await logIn(from('192.0.2.2'), account), await logIn(from('192.0.2.2'), account)]
  expect([first.status, second.status, remaining(first), remaining(second)]).toEqual([200, 200, 100, 100])
  const ask = (address: string) => from(address)('/api/accounts/password/reset/', { json: { email: account.email } })
  for (let n = 0; n < 5; n++) await ask('192.0.2.3')
  const answer = await ask('192.0.2.4')
  expect(told(answer).now).toMatch(/^"reset-address-hour";r=19;t=\d+$/)
})

test('a person’s own account is counted and shown to them alone', async ({ startServer }) => {
  const { call } = await startServer({ env: { THROTTLE_RATES: 'change=9/h,signup=none' } })
  const { access } = await signUp(call)
  const answer = await call('/api/accounts/password/change/', { json: {}, headers: bearer(access) })
  expect(told(answer).now).toMatch(/^"change-address-hour";r=8;t=\d+, "change-account-hour";r=8;t=\d+$/)
})

test('endpoints without a limit, policies that are switched off and browsers’ forms are told nothing', async ({ startServer }) => {
  const { call } = await startServer({ env: { THROTTLE_RATES: 'refresh=none' } })
  const nothing = { policy: undefined, now: undefined, retryAfter: undefined }
  expect(told(await refreshWith(call, 'x'))).toEqual(nothing)
  expect(told(await call('/api/health/'))).toEqual(nothing)
  expect(told(await call('/api/accounts/login/'))).toEqual(nothing)
  expect(told(await postForm(call, '/api/accounts/login/', { email: 'a@b.co', password: 'x' }))).toEqual(nothing)
})
