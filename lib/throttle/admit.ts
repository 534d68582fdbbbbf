/** Whether a request is still within its policy's limits. */
import { createHmac } from 'node:crypto'
import { settings } from '../settings.ts'
import { type Counters, counters, type Unit } from './counters.ts'
import type { EffectivePolicy, PolicyName, Scope } from './policies.ts'

/** Whom a request is counted for, by scope; scopes that are not named are not counted. */
export type Subjects = Partial<Record<Scope, string>>

/** Where a limit stands when a request has been held against it. */
export interface Standing {
  scope: Scope
  /** Its window, in seconds. */
  window: number
  /** How many more are let through before it ends. */
  remaining: number
  /** When it ends, in whole seconds from now. */
  resetsIn: number
}

export type Admission =
  | { admitted: true; units: Unit[]; standings: Standing[] }
  | {
      admitted: false
      /** Which limit was reached. */
      scope: Scope
      /** Its window, in seconds. */
      window: number
      /** In whole seconds. */
      retryAfter: number
      /** Whether it is the first one refused since the window opened. */
      first: boolean
    }

/**
 * Counters bear no names: neither addresses of people nor of networks can be read out of the store. With another SECRET_KEY
 * counting begins anew, which a change of keys may cost; fallbacks count for nothing here.
 */
export const subjectDigest = (subject: string) =>
  createHmac('sha256', settings().SECRET_KEY).update(`latchkey.throttle\0${subject}`).digest('base64url')

const keyOf = (policy: string, scope: string, window: number, subject: string) => `${policy}:${scope}:${window}:${subjectDigest(subject)}`

/** Marks a counter that turned somebody away since its window opened. */
export const REFUSED = 'refused:'

/**
 * Counts a request before anything is done for it: first counted, then checked, lest parallel ones all be first (RL-2).
 * A refused one is counted nowhere.
 */
export async function admit(
  name: PolicyName,
  { limits }: EffectivePolicy,
  subjects: Subjects,
  now: Date,
  store: Counters = counters(),
): Promise<Admission> {
  const units: Unit[] = []
  const standings: Standing[] = []
  const second = now.getTime() / 1000
  for (const [scope, rates] of Object.entries(limits) as [Scope, NonNullable<EffectivePolicy['limits'][Scope]>][]) {
    const subject = subjects[scope]
    if (subject === undefined) continue
    for (const { limit, window } of rates) {
      const key = keyOf(name, scope, window, subject)
      const { admitted, count, expiresAt } = await store.take(key, limit, window, second)
      const resetsIn = Math.max(1, Math.ceil(expiresAt - second))
      if (admitted) {
        units.push({ key, expiresAt })
        standings.push({ scope, window, remaining: Math.max(0, limit - count), resetsIn })
        continue
      }
      await giveBack(units, store)
      return { admitted: false, scope, window, retryAfter: resetsIn, first: await isFirst(REFUSED + key, resetsIn, now, store) }
    }
  }
  return { admitted: true, units, standings }
}

/** Takes back what a request was counted as. */
export async function giveBack(units: Unit[], store: Counters = counters()): Promise<void> {
  await Promise.all(units.map((unit) => store.giveBack(unit)))
}

/** Whether nobody asked for this within the time, in seconds. */
async function isFirst(key: string, window: number, now: Date, store: Counters): Promise<boolean> {
  return (await store.take(key, 1, window, now.getTime() / 1000)).admitted
}

/** Whether something that is done once in a while for an account is due: the first call says so. @param window in seconds */
export const isDue = (what: string, subject: string, window: number, now: Date, store: Counters = counters()) =>
  isFirst(keyOf('due', what, window, subject), window, now, store)
