/**
 * Random histories of one mailbox's owner and a stranger who knows its address but never reads it: whatever both do in whatever
 * order, the owner's account stays the owner's, and who reads the mailbox gets in (SU-5, RS-7, RL-7). A failing history is
 * shrunk and printed with its seed.
 */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { database, type User } from '../db/client.ts'
import { ApiError, ValidationFailed } from '../errors.ts'
import type { Context, Endpoint, Result } from '../http/endpoint.ts'
import { contextAt } from '../http/testing/context.ts'
import { flushExpired, runDue } from '../jobs/testing/run-due.ts'
import { type Claims, verifySlidingToken, verifyToken } from '../jwt/tokens.ts'
import type { EmailType } from '../mail/email-types.ts'
import { checkPassword } from '../passwords/hash.ts'
import { hashingPool } from '../passwords/pool.ts'
import { loadActiveUser } from '../sessions/principal.ts'
import { settings } from '../settings.ts'
import { findOneTimeToken, type Purpose, secretsForEmail } from '../tokens/one-time-token.ts'
import { findUserByEmail } from '../users/user.ts'
import { deleteAccountEndpoint, undoDeletionEndpoint } from './account-deletion/endpoints.ts'
import {
  emailChangeCancelEndpoint,
  emailChangeConfirmEndpoint,
  emailChangeEndpoint,
  emailChangeUndoEndpoint,
} from './email-change/endpoints.ts'
import { confirmEmailLoginEndpoint, requestEmailLoginEndpoint } from './email-login/endpoints.ts'
import { resendVerificationEndpoint, verifyEmailEndpoint } from './email-verification/endpoints.ts'
import { loginEndpoint } from './login/endpoints.ts'
import { passwordChangeEndpoint } from './password-change/endpoints.ts'
import { passwordResetConfirmEndpoint, passwordResetEndpoint } from './password-reset/endpoints.ts'
import { signupEndpoint } from './signup/endpoints.ts'

// Before the settings are read.
vi.hoisted(() => {
  process.env.EMAIL_LOGIN = 'link'
})

const START = new Date('2026-03-01T10:00:00Z')
const HOUR = 3600
const DAY = 24 * HOUR
/** How many histories are tried, at most for so many milliseconds; PROPERTY_RUNS asks for more, however long they take. */
const RUNS = Number(process.env.PROPERTY_RUNS || 60)
const TIME = process.env.PROPERTY_RUNS ? Number.POSITIVE_INFINITY : 8000

interface SentEmail {
  id: number
  kind: EmailType
  to: string
  token: string
  code: string
}

interface Person {
  who: 'owner' | 'stranger'
  /** The addresses whose mailboxes they read. */
  addresses: [string, string]
  name: string
  userAgent: string
  phone: string
  passwords: string[]
  mailbox: SentEmail[]
  sessions: Claims[]
  /** What their browser keeps of a sign-up, and of having asked to sign in by email, by the name of the cookie. */
  cookies: Map<string, string>
}

interface World {
  now: number
  owner: Person
  stranger: Person
  /** The newest email that was looked at. */
  lastMail: number
  /** Whose a password hash is, by trying their passwords. */
  hashes: Map<string, Person['who'] | null>
  /** What was seen after the step before. */
  seen: View
}

/** All accounts with one of the four addresses, and what the two have of them. */
interface View {
  /** Those whose address the owner has verified. */
  verified: User[]
  /** Those that are the owner's alone: verified, or with a password of the owner's; with the sessions that the owner has there. */
  held: { user: User; sessions: (string | null)[] }[]
}

type Client = Context['client']
type Step = fc.AsyncCommand<Record<string, never>, World>

const at = (w: World) => new Date(START.getTime() + w.now * 1000)
const pick = <Item>(items: Item[], n: number) => items.at(-1 - (n % items.length)) as Item
const addressesOf = (w: World) => [...w.owner.addresses, ...w.stranger.addresses]
/** What an address number means to a person: their own first, then the other's. */
const address = (w: World, person: Person, n: number) =>
  [...person.addresses, ...(person === w.owner ? w.stranger : w.owner).addresses][n] as string

/** Asks as a person would, through the endpoint's own checks. @returns null when it is refused */
async function ask(
  w: World,
  person: Person,
  endpoint: Endpoint,
  input: Record<string, string>,
  { client = 'browser' as Client, session = -1 } = {},
) {
  const claims = person.sessions[session]
  const user = claims ? await loadActiveUser(claims, at(w)) : null
  const principal =
    claims && user !== null && typeof user !== 'string' ? { user, claims, via: 'cookie' as const, extendedToken: null } : null
  if (endpoint.policy.access === 'authenticated' && !principal) return null
  const { userAgent } = person
  const cookies = [...person.cookies].map((pair) => pair.join('=')).join('; ')
  const browser = client === 'browser' ? { browserPrincipal: principal, cookies, ownPage: false } : {}
  const clientIp = person.who === 'owner' ? '198.51.100.7' : '203.0.113.66'
  const context = contextAt(at(w), { client, clientIp: clientIp, userAgent, principal, ...browser })
  try {
    const errors = (await endpoint.validate?.(input, context)) ?? {}
    if (Object.keys(errors).length > 0) return null
    const answer = await endpoint.run(input, context)
    await keep(w, person, answer)
    return answer
  } catch (error) {
    if (error instanceof ValidationFailed || error instanceof ApiError) return null
    throw error
  }
}

/** Keeps what an answer gives: sessions, and the cookies of a sign-up and of asking to sign in by email. */
async function keep(w: World, person: Person, { body, cookie, setCookies = [] }: Result): Promise<void> {
  const { tokens } = (body ?? {}) as { tokens?: { access: string } }
  if (tokens) person.sessions.push(await verifyToken(tokens.access, 'access', at(w)))
  if (cookie) person.sessions.push((await verifySlidingToken(cookie.token, at(w))).claims)
  for (const setCookie of setCookies) {
    const [, name, value] = /^(latchkey_(?:signup|email_login))=([^;]*)/.exec(setCookie) ?? []
    if (name !== undefined && value !== undefined) person.cookies.set(name, value)
  }
}

/** Brings new emails to their mailboxes; what a stranger caused to be written to the owner says nothing of the stranger's. */
async function deliver(w: World, actor: Person | null): Promise<void> {
  const rows = await database().outboxMail.findMany({
    where: { recipient: { in: addressesOf(w) }, id: { gt: w.lastMail } },
    orderBy: { id: 'asc' },
  })
  for (const { id, kind, recipient, subject, text, html, oneTimeTokenId } of rows) {
    w.lastMail = id
    const secrets = oneTimeTokenId === null ? null : await secretsForEmail(oneTimeTokenId, at(w))
    const reader = w.owner.addresses.includes(recipient) ? w.owner : w.stranger
    reader.mailbox.push({ id, kind: kind as EmailType, to: recipient, token: secrets?.token ?? '', code: secrets?.code ?? '' })
    if (reader === w.stranger) continue
    const words = `${subject}\n${text}\n${html}`
    expect(words, kind).not.toMatch(/prize/i)
    if (actor === w.stranger) expect(words, kind).not.toMatch(/evil/i)
  }
}

const LINKS: Partial<Record<EmailType, [endpoint: Endpoint, purpose: Purpose]>> = {
  email_verification: [verifyEmailEndpoint, 'email_verification'],
  password_reset: [passwordResetConfirmEndpoint, 'password_reset'],
  email_login: [confirmEmailLoginEndpoint, 'email_login'],
  address_restored: [passwordResetConfirmEndpoint, 'password_reset'],
  email_change: [emailChangeConfirmEndpoint, 'email_change'],
  email_changed: [emailChangeUndoEndpoint, 'email_change_undo'],
  address_reserved: [emailChangeUndoEndpoint, 'email_change_undo'],
  account_deletion: [undoDeletionEndpoint, 'account_deletion_undo'],
}

const linksOf = ({ mailbox }: Person) => mailbox.filter(({ kind, token }) => token !== '' && LINKS[kind])

interface Opening {
  session?: number
  client?: Client
  byCode?: boolean
}

/** Opens a link and fills in its page, with every password that its reader knows where one is asked for. */
async function open(
  w: World,
  person: Person,
  { kind, to, token, code }: SentEmail,
  { session = -1, client = 'browser', byCode = false }: Opening,
) {
  const [endpoint, purpose] = LINKS[kind] as [Endpoint, Purpose]
  const link: Record<string, string> = byCode && ['email_verification', 'email_login'].includes(purpose) ? { email: to, code } : { token }
  if (purpose === 'email_login') return ask(w, person, endpoint, { ticket: '-', ...link })
  if (purpose === 'password_reset') {
    const password = newPassword(person)
    return ask(w, person, endpoint, { ...link, password, confirm_password: password })
  }
  const answer = await ask(w, person, endpoint, link, { session, client })
  if (answer || !['email_verification', 'email_change'].includes(purpose)) return answer
  for (const password of person.passwords.toReversed().slice(0, 3)) {
    const next = await ask(w, person, endpoint, { ...link, password }, { session, client })
    if (next) return next
  }
  return null
}

function newPassword(person: Person): string {
  person.passwords.push(`${person.who}-Corr3ct-battery-${person.passwords.length}`)
  return person.passwords.at(-1) as string
}

async function whose(w: World, hash: string): Promise<Person['who'] | null> {
  const known = w.hashes.get(hash)
  if (known !== undefined) return known
  let found: Person['who'] | null = null
  for (const { who, passwords } of [w.owner, w.stranger]) {
    for (const password of passwords.toReversed()) if (found === null && (await checkPassword(password, hash))) found = who
  }
  w.hashes.set(hash, found)
  return found
}

const accountsOf = (w: World) => database().user.findMany({ where: { email: { in: addressesOf(w) } }, orderBy: { id: 'asc' } })
const isVerified = (w: World, { email, emailVerifiedAt }: User) => emailVerifiedAt !== null && w.owner.addresses.includes(email)

async function view(w: World): Promise<View> {
  const accounts = await accountsOf(w)
  const verified = accounts.filter((user) => isVerified(w, user))
  const held: View['held'] = []
  for (const user of accounts.filter(({ email }) => w.owner.addresses.includes(email))) {
    const owned = verified.includes(user) || (await whose(w, user.password)) === 'owner'
    if (owned) held.push({ user: { ...user, lastLogin: null }, sessions: await sessionsIn(w, w.owner, user) })
  }
  return { verified, held }
}

async function sessionsIn(w: World, person: Person, { id }: User): Promise<(string | null)[]> {
  const open: (string | null)[] = []
  for (const claims of person.sessions.filter(({ userId }) => userId === id)) {
    if (typeof (await loadActiveUser(claims, at(w))) !== 'string') open.push(claims.sid)
  }
  return open
}

async function expectOwnersAccountsToBeTheirs(w: World, { verified }: View): Promise<void> {
  for (const user of verified) {
    expect(await sessionsIn(w, w.stranger, user), `a stranger’s sessions in ${user.email}`).toEqual([])
    expect(await whose(w, user.password), `the password of ${user.email}`).not.toBe('stranger')
  }
}

/** A step, after which everything is checked. @param personOf null for time and jobs */
const step = (name: string, personOf: ((w: World) => Person) | null, run: (w: World) => Promise<unknown>): Step => ({
  check: () => true,
  run: async (_, w) => {
    const actor = personOf?.(w) ?? null
    const before = w.seen
    await run(w)
    await deliver(w, actor)
    w.seen = await view(w)
    await expectOwnersAccountsToBeTheirs(w, w.seen)
    if (actor !== w.stranger) return
    expect(w.seen.held, 'what a stranger alone does to the owner’s').toEqual(before.held)
    expect(
      w.seen.verified.map(({ id }) => id),
      'what a stranger alone proves',
    ).toEqual(before.verified.map(({ id }) => id))
  },
  toString: () => name,
})

const ownerOf = (w: World) => w.owner
const strangerOf = (w: World) => w.stranger
type Actor = typeof ownerOf

const action = (actor: Actor, words: string, run: (w: World, person: Person) => Promise<unknown>) =>
  step(`${actor === ownerOf ? 'owner' : 'stranger'} ${words}`, actor, (w) => run(w, actor(w)))

/** Whose mailbox they do not read the owner does not sign up: its reader could take that account at any time. */
const signUp = (w: World, person: Person, n: number, client: Client) => {
  const email = person === w.owner ? (person.addresses[n % 2] as string) : address(w, person, n)
  const password = newPassword(person)
  const phone = `${person.phone}${person.passwords.length}`
  return ask(w, person, signupEndpoint, { name: person.name, email, phone, password, confirm_password: password }, { client })
}

/** Does something with the newest of a person's passwords that will do. */
const withPassword = async (person: Person, run: (password: string) => Promise<Result | null>) => {
  for (const password of person.passwords.toReversed().slice(0, 3)) if (await run(password)) return
}

const actions = (actor: Actor) => {
  // The more often one and the same address, session or link is meant, the more comes of it.
  const which = fc.constantFrom(0, 0, 0, 2, 2, 2, 1, 3)
  const far = fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 5)
  const client = fc.constantFrom<Client>('browser', 'api')
  const session = (n: number, person: Person) => person.sessions.length - 1 - (n % Math.max(1, person.sessions.length))
  const opening = fc.tuple(far, far, client, fc.boolean()).map(([n, s, c, byCode]) =>
    action(actor, `opens link ${n} with session ${s} ${byCode ? 'by code ' : ''}(${c})`, async (w, person) => {
      const links = linksOf(person)
      // A person opens links in a browser; only a program gives a token away unseen.
      const options = { session: s === 2 ? -1 : session(s, person), client: person === w.owner ? ('browser' as const) : c, byCode }
      if (links.length > 0) await open(w, person, pick(links, n), options)
    }),
  )
  return [
    opening,
    opening,
    opening,
    fc.tuple(which, client).map(([n, c]) => action(actor, `signs up ${n} (${c})`, (w, person) => signUp(w, person, n, c))),
    fc
      .tuple(which, client)
      .map(([n, c]) =>
        action(actor, `logs in to ${n} (${c})`, (w, person) =>
          withPassword(person, (password) => ask(w, person, loginEndpoint, { email: address(w, person, n), password }, { client: c })),
        ),
      ),
    which.map((n) =>
      action(actor, `asks for a reset of ${n}`, (w, person) => ask(w, person, passwordResetEndpoint, { email: address(w, person, n) })),
    ),
    which.map((n) =>
      action(actor, `asks to sign in by email to ${n}`, (w, person) =>
        ask(w, person, requestEmailLoginEndpoint, { email: address(w, person, n) }),
      ),
    ),
    which.map((n) =>
      action(actor, `asks for the verification of ${n}`, (w, person) =>
        ask(w, person, resendVerificationEndpoint, { email: address(w, person, n) }),
      ),
    ),
    fc
      .tuple(far, which)
      .map(([s, n]) =>
        action(actor, `changes the address in session ${s} to ${n}`, (w, person) =>
          withPassword(person, (password) =>
            ask(w, person, emailChangeEndpoint, { email: address(w, person, n), password }, { session: session(s, person) }),
          ),
        ),
      ),
    fc.constantFrom(0, 0, 1).map((n) =>
      action(actor, `moves to ${n}`, async (w, person) => {
        const options = { session: person.sessions.length - 1 }
        await withPassword(person, (password) => ask(w, person, emailChangeEndpoint, { email: address(w, person, n), password }, options))
        await deliver(w, person)
        const newest = linksOf(person).at(-1)
        if (newest?.kind === 'email_change') await open(w, person, newest, options)
      }),
    ),
    which.map((n) =>
      action(actor, `asks for many emails to ${n}`, async (w, person) => {
        for (const endpoint of [passwordResetEndpoint, resendVerificationEndpoint, passwordResetEndpoint]) {
          for (let times = 0; times < 2; times++) await ask(w, person, endpoint, { email: address(w, person, n) })
        }
      }),
    ),
    far.map((s) =>
      action(actor, `cancels the change in session ${s}`, (w, person) =>
        ask(w, person, emailChangeCancelEndpoint, {}, { session: session(s, person) }),
      ),
    ),
    far.map((s) =>
      action(actor, `changes the password in session ${s}`, (w, person) =>
        withPassword(person, (current_password) => {
          const password = newPassword(person)
          const input = { current_password, password, confirm_password: password }
          return ask(w, person, passwordChangeEndpoint, input, { session: session(s, person) })
        }),
      ),
    ),
    far.map((s) =>
      action(actor, `closes the account of session ${s}`, (w, person) =>
        withPassword(person, (password) => ask(w, person, deleteAccountEndpoint, { password }, { session: session(s, person) })),
      ),
    ),
  ]
}

/** Time passes, and the jobs that run every minute or hour run. */
async function pass(w: World, seconds: number): Promise<void> {
  w.now += seconds
  if (seconds < HOUR) return
  await runDue('delete-closed-accounts', at(w))
  await runDue('delete-unverified-accounts', at(w))
  await flushExpired(at(w))
}

/** What a stranger does who wants to keep an owner out: uses up what emails an address gets, before the owner asks for one. */
async function besiege(w: World, email: string): Promise<void> {
  const { stranger } = w
  for (let times = 0; times < 5; times++) {
    await signUp(w, stranger, 2 + w.owner.addresses.indexOf(email), 'browser')
    const session = stranger.sessions.length - 1
    await withPassword(stranger, (password) => ask(w, stranger, emailChangeEndpoint, { email, password }, { session }))
  }
  await deliver(w, stranger)
}

/** What the reader of a mailbox can do by reading alone: within a few attempts they are in, and no one else is. */
async function recover(w: World, email: string, besieged = false): Promise<void> {
  const { owner } = w
  for (let attempt = 0; attempt < 4; attempt++) {
    if (besieged) await besiege(w, email)
    await ask(w, owner, passwordResetEndpoint, { email })
    await deliver(w, owner)
    if (await recoverByLinks(w, email)) return
    await signUp(w, owner, owner.addresses.indexOf(email), 'browser')
    await deliver(w, owner)
    if (await recoverByLinks(w, email)) return
    await pass(w, HOUR + 1)
  }
  expect(null, `the owner is in at ${email}`).not.toBeNull()
}

async function recoverByLinks(w: World, email: string): Promise<boolean> {
  const { owner } = w
  const kinds = (...wanted: EmailType[]) =>
    linksOf(owner)
      .filter(({ kind, to }) => to === email && wanted.includes(kind))
      .toReversed()
  for (const message of kinds('email_changed', 'address_reserved')) if (await open(w, owner, message, {})) break
  await deliver(w, owner)
  for (const message of kinds('password_reset', 'address_restored', 'email_verification')) {
    if ((await open(w, owner, message, {})) && (await logsIn(w, email))) return true
  }
  return settings().EMAIL_VERIFICATION !== 'mandatory' && logsIn(w, email)
}

async function logsIn(w: World, email: string): Promise<boolean> {
  const password = w.owner.passwords.at(-1)
  if (password === undefined || !(await ask(w, w.owner, loginEndpoint, { email, password }))) return false
  const user = (await findUserByEmail(email)) as User
  expect((await sessionsIn(w, w.owner, user)).length).toBeGreaterThan(0)
  expect(await sessionsIn(w, w.stranger, user), 'no one else is in').toEqual([])
  return true
}

/** No link that the stranger holds does anything to an account of the owner's; that of a change needs the password, too. */
async function expectNoLinksOfStranger(w: World): Promise<void> {
  for (const { kind, token } of linksOf(w.stranger)) {
    const [, purpose] = LINKS[kind] as [Endpoint, Purpose]
    const found = await findOneTimeToken(purpose, token, at(w))
    if (typeof found === 'string' || purpose === 'email_change') continue
    expect(isVerified(w, found.user), `the stranger’s ${kind}`).toBe(false)
  }
}

const REQUESTED: EmailType[] = [
  'email_verification',
  'already_registered',
  'phone_taken',
  'address_reserved',
  'password_reset',
  'email_login',
  'email_change',
]

/** At most five emails an hour to one address, in total. */
async function expectEmailsWithinLimit(w: World): Promise<void> {
  for (const recipient of addressesOf(w)) {
    const rows = await database().outboxMail.findMany({ where: { recipient, kind: { in: REQUESTED } }, orderBy: { id: 'asc' } })
    let [begin, count] = [Number.NEGATIVE_INFINITY, 0]
    for (const { createdAt } of rows) {
      const second = createdAt.getTime() / 1000
      if (second >= begin + HOUR) [begin, count] = [second, 0]
      count++
      expect(count, `emails to ${recipient}`).toBeLessThanOrEqual(5)
    }
  }
}

const recovering = fc.nat(1).map((n) => step(`owner recovers ${n}`, ownerOf, (w) => recover(w, w.owner.addresses[n] as string)))
const wait = (seconds: number) => step(`wait ${seconds} s`, null, (w) => pass(w, seconds))

const histories = fc.commands(
  [
    // What is listed more often happens more often.
    ...actions(ownerOf),
    ...actions(strangerOf),
    ...actions(strangerOf),
    fc.constantFrom(60, HOUR, DAY, 3 * DAY, 14 * DAY).map(wait),
    fc.constantFrom(60, HOUR).map(wait),
    recovering,
  ],
  { maxCommands: 24, size: 'max' },
)

const signUpStep = (actor: Actor, n: number) =>
  action(actor, `signs up ${n}`, async (w, person) => {
    await signUp(w, person, n, 'browser')
    await deliver(w, person)
    const newest = linksOf(person).at(-1)
    if (newest) await open(w, person, newest, { session: person.sessions.length - 1 })
  })

/** Of nothing nothing comes: most histories begin with an account. */
const beginnings = {
  nothing: [],
  'the stranger, as the owner': [signUpStep(strangerOf, 2)],
  'the stranger, with an account': [signUpStep(strangerOf, 0), signUpStep(strangerOf, 2)],
  'both, with accounts': [signUpStep(ownerOf, 0), signUpStep(strangerOf, 0)],
}

const circumstances = fc.record({
  begin: fc.constantFrom(...(Object.keys(beginnings) as (keyof typeof beginnings)[])),
  recovered: fc.constantFrom(0, 0, 1),
  besieged: fc.boolean(),
  verification: fc.constantFrom('none' as const, 'optional' as const, 'mandatory' as const),
  grace: fc.constantFrom(14 * DAY, 14 * DAY, 0),
})

function newWorld(): World {
  const unique = randomBytes(6).toString('hex')
  const person = (who: Person['who'], domain: string, name: string, userAgent: string): Person => ({
    who,
    addresses: [`a.${unique}@${domain}`, `b.${unique}@${domain}`],
    name,
    userAgent,
    phone: `${who}${unique.slice(0, 6)}`,
    passwords: [],
    mailbox: [],
    sessions: [],
    cookies: new Map(),
  })
  return {
    now: 0,
    owner: person('owner', 'example.com', 'Ada', 'Mozilla/5.0'),
    stranger: person('stranger', 'evil.example', 'Claim your prize', 'Claim-your-prize/1 now'),
    lastMail: 0,
    hashes: new Map(),
    seen: { verified: [], held: [] },
  }
}

const former = { ...settings() }
afterEach(() => Object.assign(settings(), former))
afterAll(() => hashingPool().close())

describe('whatever an owner and a stranger do in whatever order', () => {
  it('the owner’s account stays the owner’s, and who reads the mailbox gets in', { timeout: 3_600_000 }, async () => {
    // What a hash costs is of no matter here, and there are many; what guessing costs is said elsewhere.
    Object.assign(settings(), { PASSWORD_BCRYPT_COST: 4, THROTTLE_RATES: { login: null }, LOG_LEVEL: 'silent' })
    const deadline = Date.now() + TIME
    let failed = false
    const property = fc.asyncProperty(histories, circumstances, async (history, { begin, recovered, besieged, verification, grace }) => {
      // A failing history is shrunk for as long as that takes.
      if (!failed && Date.now() > deadline) return
      Object.assign(settings(), { EMAIL_VERIFICATION: verification, ACCOUNT_DELETION_GRACE: grace })
      const w = newWorld()
      try {
        for (const beginning of beginnings[begin]) await beginning.run({}, w)
        await fc.asyncModelRun(() => ({ model: {}, real: w }), history)
        await expectNoLinksOfStranger(w)
        await recover(w, w.owner.addresses[recovered] as string, besieged)
        await expectOwnersAccountsToBeTheirs(w, await view(w))
        await expectNoLinksOfStranger(w)
        await expectEmailsWithinLimit(w)
      } catch (error) {
        failed = true
        throw error
      }
    })
    const seed = process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {}
    await fc.assert(property, { numRuns: RUNS, ...seed })
  })
})
