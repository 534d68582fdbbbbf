/** Whether a request is still within its policy's limits. */
import { createHmac } from 'node:crypto'
import { processValue } from '../process-state.ts'
import { settings } from '../settings.ts'
import { type Counters, counters, type LimitRequest, type Reservation, type ReservationResult } from './counters.ts'
import { type EffectivePolicy, type PolicyName, releasesOnSuccess, type Scope } from './policies.ts'

/** The subjects a request is counted for, by scope. Scopes without a subject are not counted. */
export type Subjects = Partial<Record<Scope, string>>

/** The state of a limit after a request was checked against it. */
export interface LimitStatus {
  scope: Scope
  /** Its window, in seconds. */
  window: number
  /** How many more are let through before it ends. */
  remaining: number
  /** When it ends, in whole seconds from now. */
  resetsIn: number
}

export type ScopedReservation = Reservation & { scope: Scope }

export type Admission =
  | { admitted: true; units: ScopedReservation[]; standings: LimitStatus[] }
  | {
      admitted: false
      /** Which limit was reached. */
      scope: Scope
      /** Its window, in seconds. */
      window: number
      /** In whole seconds. */
      retryAfter: number
      /** True for the first rejection in this window. */
      first: boolean
    }

/**
 * Counters bear no names: neither addresses of people nor of networks can be read out of the store. With another SECRET_KEY
 * counting starts over, which is acceptable after a key change. Fallback keys are not used here.
 */
export const subjectDigest = (subject: string) =>
  createHmac('sha256', settings().SECRET_KEY).update(`latchkey.throttle\0${subject}`).digest('base64url')

const keyOf = (policy: string, scope: string, window: number, subject: string) => `${policy}:${scope}:${window}:${subjectDigest(subject)}`

/** Prefix of counters that record the first rejection of a window. */
export const REFUSED = 'refused:'

/** How long a reservation may stay open, in seconds. After that its process is considered dead. */
const HOLD = 30

/** Longest that a request waits for those under way, in milliseconds. */
const LONGEST_WAIT = 10_000

/** What who waited in vain is told to wait, in seconds: those under way are done soon. */
const RETRY_AFTER = 1

/**
 * Counts a request before anything is done for it: first counted, then checked, so that parallel ones are not all the first
 * (RL-2). A refused one is counted nowhere. One that is in the way of nothing but requests under way, which may yet be given
 * back, waits for those: as many as the limit are under way at once, and however many succeed are let through.
 */
export async function admit(
  name: PolicyName,
  policy: EffectivePolicy,
  subjects: Subjects,
  now: Date,
  store: Counters = counters(),
): Promise<Admission> {
  const wanted = wantedBy(name, policy, subjects)
  if (wanted.length === 0) return { admitted: true, units: [], standings: [] }
  const started = performance.now()
  const second = () => (now.getTime() + performance.now() - started) / 1000
  const taken = await takeInTurn(wanted, store, second, started + LONGEST_WAIT)
  if (!taken.admitted) {
    const { key, scope, window } = wanted[taken.full] as WantedByScope
    if (taken.underWay) return { admitted: false, scope, window, retryAfter: RETRY_AFTER, first: false }
    const retryAfter = Math.max(1, Math.ceil(taken.expiresAt - now.getTime() / 1000))
    return { admitted: false, scope, window, retryAfter, first: await isFirst(REFUSED + key, retryAfter, now, store) }
  }
  const units = wanted.map(({ key, hold, scope }, index) => ({
    key,
    expiresAt: taken.counts[index]?.expiresAt ?? 0,
    held: hold > 0,
    scope,
  }))
  const standings = wanted.map(({ scope, window, limit }, index) => {
    const { count, expiresAt } = taken.counts[index] as { count: number; expiresAt: number }
    return { scope, window, remaining: Math.max(0, limit - count), resetsIn: Math.max(1, Math.ceil(expiresAt - now.getTime() / 1000)) }
  })
  return { admitted: true, units, standings }
}

type WantedByScope = LimitRequest & { scope: Scope }

function wantedBy(name: PolicyName, policy: EffectivePolicy, subjects: Subjects): WantedByScope[] {
  return (Object.entries(policy.limits) as [Scope, NonNullable<EffectivePolicy['limits'][Scope]>][]).flatMap(([scope, rates]) => {
    const subject = subjects[scope]
    if (subject === undefined) return []
    const hold = releasesOnSuccess(policy, scope) ? HOLD : 0
    return rates.map(({ limit, window }) => ({ key: keyOf(name, scope, window, subject), limit, window, hold, scope }))
  })
}

async function takeInTurn(wanted: LimitRequest[], store: Counters, second: () => number, deadline: number): Promise<ReservationResult> {
  const take = () => store.takeAll(wanted, second())
  const known = wanted.find(({ key }) => hasLine(key))?.key
  const first = known === undefined ? await take() : null
  if (first && (first.admitted || !first.underWay)) return first
  const key = known ?? wanted[(first as Extract<ReservationResult, { admitted: false }>).full]?.key ?? ''
  const inTurn = async () => {
    let taken = await take()
    while (!taken.admitted && taken.underWay && performance.now() < deadline) {
      await untilSettled(wanted[taken.full]?.key ?? key)
      taken = await take()
    }
    return taken
  }
  return (await inLine(key, inTurn)) ?? first ?? take()
}

/** Takes back what a request was counted as. */
export const releaseReservations = (units: Reservation[], store: Counters = counters()): Promise<void> => settle(units, false, store)

/** Says how requests ended that were under way. @param counted whether they stay counted */
export async function settle(units: Reservation[], counted: boolean, store: Counters = counters()): Promise<void> {
  await store.settle(units, counted)
  for (const { key } of units) wake(key)
}

/** True for the first call within the window, in seconds. */
async function isFirst(key: string, window: number, now: Date, store: Counters): Promise<boolean> {
  return (await store.take(key, 1, window, now.getTime() / 1000)).admitted
}

/** Whether something may be done once more for a subject. @param window in which `limit` times are allowed, in seconds */
export const isWithin = async (what: string, subject: string, limit: number, window: number, now: Date, store: Counters = counters()) =>
  (await store.take(keyOf('due', what, window, subject), limit, window, now.getTime() / 1000)).admitted

/**
 * Takes something that a subject may have once at a time.
 * @param seconds after which it is free again, as its holder may be gone
 * @returns what gives it back; null where it is taken
 */
export async function lease(what: string, subject: string, seconds: number, now: Date, store: Counters = counters()) {
  const key = keyOf('lease', what, seconds, subject)
  const { admitted, expiresAt } = await store.take(key, 1, seconds, now.getTime() / 1000)
  return admitted ? () => store.settle([{ key, expiresAt, held: false }], false) : null
}

/** Whether something that is done once in a while for an account is due: the first call says so. @param window in seconds */
export const isFirstIn = (what: string, subject: string, window: number, now: Date, store: Counters = counters()) =>
  isFirst(keyOf('due', what, window, subject), window, now, store)

/** How long until a counter is asked again, in milliseconds: what other processes settle is not told here. */
const POLL = 100

/** Most that wait for one counter: more would not have their turn in time. */
const LONGEST_LINE = 100

/** Requests of this process that wait for others under way. */
interface Line {
  length: number
  /** Done when the last one in it is. */
  last: Promise<unknown>
}

const shared = processValue<{ lines: Map<string, Line>; sleepers: Map<string, Set<() => void>> }>('waitingLines')
const waiting = () => (shared.current ??= { lines: new Map(), sleepers: new Map() })

export const hasLine = (key: string): boolean => waiting().lines.has(key)

/**
 * Does something when all who came before are done.
 * @returns null where the line is too long
 */
export async function inLine<Result>(key: string, work: () => Promise<Result>): Promise<Result | null> {
  const { lines } = waiting()
  const line = lines.get(key) ?? { length: 0, last: Promise.resolve() }
  if (line.length >= LONGEST_LINE) return null
  lines.set(key, line)
  line.length++
  const mine = line.last.then(work, work)
  line.last = mine.catch(() => {})
  try {
    return await mine
  } finally {
    line.length--
    if (line.length === 0) lines.delete(key)
  }
}

/** Waits until this process settles something of a counter, or another one may have. */
export function untilSettled(key: string): Promise<void> {
  const { sleepers } = waiting()
  return new Promise((resolve) => {
    const asleep = sleepers.get(key) ?? new Set()
    sleepers.set(key, asleep)
    const rise = () => {
      clearTimeout(timer)
      asleep.delete(rise)
      if (asleep.size === 0) sleepers.delete(key)
      resolve()
    }
    const timer = setTimeout(rise, POLL)
    asleep.add(rise)
  })
}

/** Says that something of a counter was settled. */
export function wake(key: string): void {
  for (const rise of waiting().sleepers.get(key) ?? []) rise()
}
