/**
 * Random histories of logins, refreshes, replays, logouts, new passwords and the passing of time, against a simple model of
 * which tokens must count (REL-20). A failing history is shrunk and printed with its seed.
 */
import fc from 'fast-check'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { database, lockUser, type User } from '../../db/client.ts'
import type { Context } from '../../http/endpoint.ts'
import { contextAt } from '../../http/testing/context.ts'
import { flushExpired } from '../../jobs/testing/run-due.ts'
import { signToken } from '../../jwt/tokens.ts'
import { makePassword } from '../../passwords/hash.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { type Principal, principalFromCookie, principalFromHeader } from '../../sessions/principal.ts'
import { revokeAllSessions } from '../../sessions/session.ts'
import { settings } from '../../settings.ts'
import { newTokenId, outstandingRow, seconds } from '../../tokens/refresh-token.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { logIn } from '../login/endpoints.ts'
import { logOut } from '../logout/endpoints.ts'
import { changePassword } from '../password-change/endpoints.ts'
import { obtainTokenPair } from '../token-obtain/endpoints.ts'
import { verifyAnyToken } from '../token-verify/endpoints.ts'
import { refreshTokens } from './refresh-tokens.ts'

const START = new Date('2026-03-01T10:00:00Z')
const HOUR = 3600
const DAY = 24 * HOUR
/** How many histories are tried, at most for so many milliseconds; PROPERTY_RUNS asks for more, however long they take. */
const RUNS = Number(process.env.PROPERTY_RUNS || 60)
const TIME = process.env.PROPERTY_RUNS ? Number.POSITIVE_INFINITY : 8000

interface Refresh {
  token: string
  exp: number
  rotatedAt: number | null
  blacklisted: boolean
  /** Whether the original issued it, without a session. */
  original: boolean
  /** What a rotation made of it. */
  successor?: Refresh
}

/** One login and what came of it. Times are in seconds since the history began. */
interface Login {
  ended: boolean
  /** When its session is over by itself; null while it has none. */
  expiresAt: number | null
  refreshes: Refresh[]
  accesses: { token: string; exp: number }[]
  cookie: string | null
}

interface Model {
  now: number
  active: boolean
  password: string
  logins: Login[]
  replays: number
}

interface Real {
  user: User
  grace: number
  leeway: number
  blacklists: boolean
}

type Step = fc.AsyncCommand<Model, Real>
type Pair = { access: string; refresh: string }

const at = (now: number) => new Date(START.getTime() + now * 1000)
const context = <More extends Partial<Context>>(m: Model, more?: More) => contextAt(at(m.now), more)
const inTime = (m: Model, r: Real, end: number) => end + r.leeway > m.now
const step = (name: string, run: (m: Model, r: Real) => Promise<void>, check: (m: Model, r: Real) => boolean = () => true): Step => ({
  check: (m) => check(m, currentReal as Real),
  run: async (m, r) => {
    await run(m, r)
    await expectAgreement(m, r)
  },
  toString: () => name,
})
/** fast-check gives a command's check() the model alone. */
let currentReal: Real | null = null

const refreshesOf = (m: Model) => m.logins.flatMap((login) => login.refreshes.map((refresh) => ({ login, refresh })))
/** Tokens of logins that go on where there are any: of an ended one there is not much left to find out. */
const chosen = (m: Model, n: number) => {
  const going = refreshesOf(m).filter(({ login }) => !login.ended)
  return pick(going.length > 0 && n < 8 ? going : refreshesOf(m), n)
}
const pick = <Item>(items: Item[], n: number) => items.at(-1 - (n % items.length)) as Item
const leafOf = (login: Login) => login.refreshes.at(-1)
const outcome = async <Value>(promise: Promise<Value>) => promise.catch((error: Error) => error)

const stands = (m: Model, r: Real, login: Login) => m.active && !login.ended && (login.expiresAt === null || inTime(m, r, login.expiresAt))

/** What a refresh does to the model. @returns what it must answer: a new pair, the pair it gave before, or a refusal */
function expectRefresh(m: Model, r: Real, login: Login, refresh: Refresh): 'new' | 'same' | 'refused' {
  if (!inTime(m, r, refresh.exp)) return 'refused'
  if (refresh.rotatedAt !== null) {
    const successor = refresh.successor as Refresh
    const isParentOfLeaf = successor.rotatedAt === null && !successor.blacklisted
    if (isParentOfLeaf && m.now - refresh.rotatedAt < r.grace) return stands(m, r, login) ? 'same' : 'refused'
    if (!login.ended) m.replays += 1
    end(login)
    return 'refused'
  }
  return !refresh.blacklisted && stands(m, r, login) ? 'new' : 'refused'
}

function addRotation(m: Model, r: Real, login: Login, refresh: Refresh, pair: Pair): void {
  const successor = { token: pair.refresh, exp: m.now + DAY, rotatedAt: null, blacklisted: false, original: false }
  // A token of the original is not spent.
  if (!refresh.original) Object.assign(refresh, { rotatedAt: m.now, blacklisted: refresh.blacklisted || r.blacklists, successor })
  login.expiresAt = m.now + DAY
  login.refreshes.push(successor)
  login.accesses.push({ token: pair.access, exp: m.now + HOUR })
}

function applyRefresh(m: Model, r: Real, login: Login, refresh: Refresh, answers: unknown[]): void {
  const accepted = answers.filter((answer) => !(answer instanceof Error)) as { body: Pair }[]
  let wanted = 0
  for (const _ of answers) {
    const expected = expectRefresh(m, r, login, refresh)
    if (expected === 'refused') continue
    const { body } = accepted[wanted++] ?? {}
    if (!body) throw new Error(`refused although ${expected} was due: ${answers}`)
    if (expected === 'new') addRotation(m, r, login, refresh, body)
    else login.accesses.push({ token: body.access, exp: m.now + HOUR })
    if (!refresh.original) expect(body.refresh, 'one successor').toBe(refresh.successor?.token)
  }
  expect(accepted.length, 'accepted').toBe(wanted)
}

/** Ends a login with its refresh tokens. */
function end(login: Login): void {
  login.ended = true
  for (const refresh of login.refreshes) refresh.blacklisted = true
}

/** Ends all logins but one, as a new password does. */
function endLogins(m: Model, except: Login | null): void {
  for (const login of m.logins) if (login !== except) end(login)
}

const asRefresher = ({ token }: Refresh, m: Model) => outcome(refreshTokens({ refresh: token }, context(m)))

const steps = {
  logIn: step('log in', async (m, r) => {
    const answer = await outcome(obtainTokenPair({ email: r.user.email, password: m.password }, context(m)))
    expect(answer instanceof Error).toBe(!m.active)
    if (answer instanceof Error) return
    const { access, refresh } = answer.body as Pair
    m.logins.push({
      ended: false,
      expiresAt: m.now + DAY,
      refreshes: [{ token: refresh, exp: m.now + DAY, rotatedAt: null, blacklisted: false, original: false }],
      accesses: [{ token: access, exp: m.now + HOUR }],
      cookie: null,
    })
  }),
  logInByForm: step('log in by form', async (m, r) => {
    const answer = await outcome(logIn({ email: r.user.email, password: m.password }, context(m, { client: 'browser' })))
    expect(answer instanceof Error).toBe(!m.active)
    if (answer instanceof Error) return
    m.logins.push({ ended: false, expiresAt: m.now + DAY, refreshes: [], accesses: [], cookie: `latchkey=${answer.cookie?.token}` })
  }),
  logInToTheOriginal: step('log in to the original', async (m, r) => {
    const claims = { jti: newTokenId(), iat: seconds(at(m.now)), exp: seconds(at(m.now + DAY)), refreshExp: null }
    const whole = { ...claims, type: 'refresh', userId: r.user.id, sid: null, extra: {} }
    const token = await signToken('refresh', whole)
    await outstandingRow(database(), whole, token)
    const refresh = { token, exp: m.now + DAY, rotatedAt: null, blacklisted: false, original: true }
    m.logins.push({ ended: false, expiresAt: null, refreshes: [refresh], accesses: [], cookie: null })
  }),
  deactivate: step(
    'deactivate',
    async (m, r) => {
      await database().$transaction(async (tx) => {
        await tx.user.update({ where: { id: r.user.id }, data: { isActive: false } })
        await revokeAllSessions(tx, r.user.id, 'admin', at(m.now))
      })
      m.active = false
      endLogins(m, null)
    },
    (m) => m.active,
  ),
  reactivate: step(
    'reactivate',
    async (m, r) => {
      await database().user.update({ where: { id: r.user.id }, data: { isActive: true } })
      m.active = true
    },
    (m) => !m.active,
  ),
  flush: step('flushexpiredtokens', async (m) => {
    await flushExpired(at(m.now))
  }),
}

const wait = (time: number) =>
  step(`wait ${time} s`, async (m) => {
    m.now += time
  })

const refreshStep = (n: number, times: number) =>
  step(
    `refresh with token ${n}${times > 1 ? `, ${times} times at once` : ''}`,
    async (m, r) => {
      const { login, refresh } = chosen(m, n)
      applyRefresh(m, r, login, refresh, await Promise.all(Array.from({ length: times }, () => asRefresher(refresh, m))))
    },
    (m) => refreshesOf(m).length > 0,
  )

const logOutStep = (n: number) =>
  step(
    `log out with token ${n}`,
    async (m, r) => {
      const { login, refresh } = chosen(m, n)
      const answer = await outcome(logOut({ refresh: refresh.token }, context(m)))
      expect(answer instanceof Error).toBe(!inTime(m, r, refresh.exp) || refresh.blacklisted)
      if (!inTime(m, r, refresh.exp)) return
      end(login)
    },
    (m) => refreshesOf(m).length > 0,
  )

const logOutByFormStep = (n: number) =>
  step(
    `log out by form ${n}`,
    async (m) => {
      const login = pick(
        m.logins.filter(({ cookie }) => cookie !== null),
        n,
      )
      const browserPrincipal = await principalFromCookie(login.cookie, at(m.now))
      await logOut({ refresh: 'cookie' }, context(m, { client: 'browser', browserPrincipal }))
      end(login)
    },
    (m) => m.logins.some(({ cookie }) => cookie !== null),
  )

const changeStep = (n: number) => {
  const able = (m: Model, r: Real) =>
    m.logins.filter((login) => stands(m, r, login) && (login.cookie !== null || login.accesses.some(({ exp }) => inTime(m, r, exp))))
  return step(
    `change the password in login ${n}`,
    async (m, r) => {
      const login = pick(able(m, r), n)
      const principal = (await principalOf(m, r, login)) as Principal
      const password = `another-Corr3ct-battery-${m.now}-${m.logins.length}-${m.password.length % 7}`
      await changePassword({ current_password: m.password, password, confirm_password: password }, context(m, { principal }))
      m.password = password
      endLogins(m, login)
    },
    (m, r) => able(m, r).length > 0,
  )
}

/** A leaf is used at the very moment at which its login, or every login, is ended: nothing that comes of it may count. */
const raceStep = (n: number, against: 'logout' | 'password') => {
  const able = (m: Model, r: Real) =>
    refreshesOf(m).filter(({ login, refresh }) => refresh === leafOf(login) && inTime(m, r, refresh.exp) && !login.ended)
  return step(
    `refresh with leaf ${n} beside a ${against === 'logout' ? 'logout' : 'new password'}`,
    async (m, r) => {
      const { login, refresh } = pick(able(m, r), n)
      const endBeside = () =>
        against === 'logout'
          ? outcome(logOut({ refresh: refresh.token }, context(m)))
          : database().$transaction(async (tx) => {
              await lockUser(tx, r.user.id)
              await revokeAllSessions(tx, r.user.id, 'password_change', at(m.now))
            })
      const [answer] = await Promise.all([asRefresher(refresh, m), endBeside()])
      if (!(answer instanceof Error)) addRotation(m, r, login, refresh, answer.body as Pair)
      if (against === 'logout') end(login)
      else endLogins(m, null)
    },
    (m, r) => able(m, r).length > 0,
  )
}

async function principalOf(m: Model, r: Real, login: Login): Promise<Principal | null> {
  if (login.cookie !== null) return principalFromCookie(login.cookie, at(m.now))
  const access = login.accesses.find(({ exp }) => inTime(m, r, exp))
  return access ? principalFromHeader(`Bearer ${access.token}`, at(m.now)) : null
}

const opens = (credential: Promise<Principal | null>) =>
  credential.then(
    (principal) => principal !== null,
    () => false,
  )

/** Each login's newest credential opens exactly when the model says so, and each replay was told once. */
async function expectAgreement(m: Model, r: Real): Promise<void> {
  for (const [index, login] of m.logins.entries()) {
    const newest = login.cookie === null ? login.accesses.slice(-1) : []
    await expectToOpen(m, r, login, index, newest)
  }
  const db = database()
  expect(await db.auditEvent.count({ where: { event: 'refresh_token_replayed', subjectId: r.user.id } }), 'replays').toBe(m.replays)
}

async function expectToOpen(m: Model, r: Real, login: Login, index: number, accesses: Login['accesses']): Promise<void> {
  const standing = stands(m, r, login)
  if (login.cookie !== null) expect(await opens(principalFromCookie(login.cookie, at(m.now))), `cookie of login ${index}`).toBe(standing)
  for (const { token, exp } of accesses) {
    const opened = await opens(principalFromHeader(`Bearer ${token}`, at(m.now)))
    expect(opened, `access token of login ${index} until ${exp}`).toBe(standing && inTime(m, r, exp))
  }
}

/** The same of every token there ever was; each session that a login began has one live leaf at most; each replay brought one email. */
async function expectFullAgreement(m: Model, r: Real): Promise<void> {
  for (const [index, login] of m.logins.entries()) {
    await expectToOpen(m, r, login, index, login.accesses)
    for (const [place, refresh] of login.refreshes.entries()) {
      const good = !((await outcome(verifyAnyToken({ token: refresh.token }, context(m)))) instanceof Error)
      const counts = stands(m, r, login) && refresh.rotatedAt === null && !refresh.blacklisted && inTime(m, r, refresh.exp)
      expect(good, `refresh token ${place} of login ${index}`).toBe(counts)
    }
  }
  const db = database()
  const leaves = await db.outstandingToken.findMany({
    where: { userId: r.user.id, rotatedAt: null, session: { authenticatedAt: { not: null } } },
  })
  expect(new Set(leaves.map(({ sessionId }) => sessionId)).size, 'one live leaf for each session').toBe(leaves.length)
  expect(await db.outboxMail.count({ where: { kind: 'refresh_token_replayed', userId: r.user.id } }), 'emails').toBe(m.replays)
}

/** Counted from the newest, so that small ones, which are tried more often, are where something happens. */
const which = fc.oneof({ weight: 4, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(20) })
const refreshing = which.map((n) => refreshStep(n, 1))
const waiting = fc
  .oneof({ weight: 2, arbitrary: fc.constantFrom(1, 5) }, { weight: 1, arbitrary: fc.constantFrom(29, 30, 31, 300) })
  .map(wait)
const histories = fc.commands(
  [
    // What is listed more often happens more often.
    ...[refreshing, refreshing, refreshing, refreshing, waiting, waiting],
    fc.tuple(which, fc.integer({ min: 2, max: 4 })).map(([n, times]) => refreshStep(n, times)),
    fc.constantFrom(steps.logIn, steps.logInByForm, steps.logInToTheOriginal),
    fc.oneof(which.map(logOutStep), which.map(logOutByFormStep)),
    fc.oneof(
      which.map(changeStep),
      which.map((n) => raceStep(n, 'logout')),
      which.map((n) => raceStep(n, 'password')),
    ),
    fc.oneof(fc.constantFrom(steps.deactivate, steps.reactivate), fc.constant(steps.flush)),
    fc.constantFrom(HOUR - 1, HOUR, 12 * HOUR, DAY - 31, DAY - 1, DAY).map(wait),
  ],
  { maxCommands: 24, size: 'max' },
)

const beginnings = { api: [steps.logIn], browser: [steps.logInByForm, steps.logIn], original: [steps.logInToTheOriginal] }

const circumstances = fc.record({
  begin: fc.constantFrom<keyof typeof beginnings>('api', 'original', 'browser'),
  grace: fc.constantFrom(30, 30, 30, 0),
  leeway: fc.constantFrom(0, 300),
  blacklists: fc.boolean(),
})

const former = { ...settings() }
afterEach(() => Object.assign(settings(), former))
afterAll(() => hashingPool().close())

describe('whatever happens in whatever order (REL-20)', () => {
  it('exactly those tokens count that must', { timeout: 3_600_000 }, async () => {
    const password = 'Corr3ct-horse-battery'
    // What a hash costs is of no matter here, and there are many.
    Object.assign(settings(), { PASSWORD_BCRYPT_COST: 4 })
    const hash = await makePassword(password)
    const deadline = Date.now() + TIME
    let failed = false
    const property = fc.asyncProperty(histories, circumstances, async (history, { begin, grace, leeway, blacklists }) => {
      // A failing history is shrunk for as long as that takes.
      if (!failed && Date.now() > deadline) return
      Object.assign(settings(), { ROTATION_GRACE_PERIOD: grace, LEEWAY: leeway, BLACKLIST_AFTER_ROTATION: blacklists })
      const model: Model = { now: 0, active: true, password, logins: [], replays: 0 }
      const real = { user: await newUser({ password: hash, emailVerifiedAt: START }), grace, leeway, blacklists }
      currentReal = real
      try {
        for (const beginning of beginnings[begin] ?? []) await beginning.run(model, real)
        await fc.asyncModelRun(() => ({ model, real }), history)
        await expectFullAgreement(model, real)
      } catch (error) {
        failed = true
        throw error
      }
    })
    const seed = process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}
    await fc.assert(property, { numRuns: RUNS, ...seed })
  })
})
