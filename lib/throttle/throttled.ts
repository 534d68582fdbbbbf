/** Reads counters for operators: what is blocked now and how many attempts were made. Also resets them. */
import { THROTTLE_POLICIES } from '../settings-values.ts'
import { REFUSED, type Subjects, subjectDigest } from './admit.ts'
import { type Counters, counters, type OpenCounter } from './counters.ts'
import { effectivePolicy, type PolicyName, type Scope } from './policies.ts'

/** How often something was tried, and how often it may be. */
export interface CounterEntry {
  /** The counter's key, which reveals no subject. */
  key: string
  policy: PolicyName
  scope: Scope
  /** In seconds. */
  window: number
  /** The digest of its subject (subjectDigest). */
  digest: string
  count: number
  limit: number
  expiresAt: Date
}

const KEY = /^([a-z]+):([a-z]+):(\d+):([\w-]{43})$/

/** Parses a key; null when no current limit uses it. */
function readKey(key: string): Omit<CounterEntry, 'count' | 'expiresAt'> | null {
  const [, name, scope, seconds, digest = ''] = KEY.exec(key) ?? []
  const policy = THROTTLE_POLICIES.find((known) => known === name)
  const limits = policy && effectivePolicy(policy)?.limits
  const rate =
    limits && Object.hasOwn(limits, scope ?? '') ? limits[scope as Scope]?.find(({ window }) => window === Number(seconds)) : null
  return policy && rate ? { key, policy, scope: scope as Scope, window: rate.window, digest, limit: rate.limit } : null
}

const entriesOf = (open: OpenCounter[]): CounterEntry[] =>
  open.flatMap(({ key, count, expiresAt }) => {
    const known = readKey(key)
    return known === null || count === 0 ? [] : [{ ...known, count, expiresAt: new Date(expiresAt * 1000) }]
  })

const inSeconds = (now: Date) => now.getTime() / 1000

/**
 * The limits by which requests were turned away since their windows opened, and still are.
 * @param most how many are looked at
 */
export async function throttledNow(now: Date, most: number, store: Counters = counters()): Promise<CounterEntry[]> {
  const refused = await store.find(REFUSED, most, inSeconds(now))
  const keys = refused.map((mark) => mark.slice(REFUSED.length))
  const entries = entriesOf(await store.read(keys, inSeconds(now)))
  return entries.filter(({ count, limit }) => count >= limit)
}

/** Every counter of some subjects, full or not. */
export async function countersOfSubjects(subjects: Subjects[], now: Date, store: Counters = counters()): Promise<CounterEntry[]> {
  const keys = THROTTLE_POLICIES.flatMap((policy) =>
    Object.entries(effectivePolicy(policy)?.limits ?? {}).flatMap(([scope, rates]) =>
      subjects.flatMap((named) => {
        const subject = named[scope as Scope]
        if (subject === undefined) return []
        const digest = subjectDigest(subject)
        return rates.map(({ window }) => `${policy}:${scope}:${window}:${digest}`)
      }),
    ),
  )
  return entriesOf(await store.read([...new Set(keys)], inSeconds(now)))
}

/** Resets a counter. @returns the count so far; null when no current limit uses that key */
export async function resetCounters(key: string, now: Date, store: Counters = counters()): Promise<CounterEntry | null> {
  if (readKey(key) === null) return null
  const [entry] = entriesOf(await store.read([key], inSeconds(now)))
  if (entry === undefined) return null
  await store.remove([key, REFUSED + key])
  return entry
}
