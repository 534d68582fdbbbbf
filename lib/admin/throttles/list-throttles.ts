import * as z from 'zod/mini'
import { ApiError } from '../../errors.ts'
import type { FieldValues } from '../../fields/text.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { type Subjects, subjectDigest } from '../../throttle/admit.ts'
import { type CounterEntry, countersOfSubjects, throttledNow } from '../../throttle/throttled.ts'
import { linkHeader, pagesBeside } from '../core/list-endpoints.ts'
import { type KnownSubject, recentSubjects, searchedSubjects } from './known-subjects.ts'

/** A limit that is reached, or counted towards. */
export const throttleShape = z
  .object({
    /** The counter's key, which is anonymous. */
    id: z.string(),
    policy: z.string(),
    /** What is counted together (lib/throttle/policies.ts). */
    scope: z.string(),
    /** Of whom, in words; null where neither the audit log nor the outbox tells. */
    subject: z.nullable(z.string()),
    tries: z.int(),
    limit: z.int(),
    /** In seconds. */
    window: z.int(),
    /** Whether the next one is turned away. */
    throttled: z.boolean(),
    /** When it begins to count anew; ISO 8601, UTC. */
    frees_at: z.iso.datetime(),
  })
  .register(z.globalRegistry, { id: 'Throttle' })

export type ThrottleItem = z.infer<typeof throttleShape>

/** Most throttled keys looked at. */
export const MAX_THROTTLES = 500

const nameKey = (scope: string, digest: string) => `${scope}:${digest}`

/** The names of subjects by what their counters' keys say of them. */
const namesOf = (known: KnownSubject[]) =>
  new Map(
    known.flatMap(({ subjects, words }) =>
      (Object.entries(subjects) as [keyof Subjects, string][]).map(([scope, subject]) => [nameKey(scope, subjectDigest(subject)), words]),
    ),
  )

const item = ({ key, policy, scope, window, digest, count, limit, expiresAt }: CounterEntry, names: Map<string, string>): ThrottleItem => ({
  id: key,
  policy,
  scope,
  subject: names.get(nameKey(scope, digest)) ?? null,
  tries: count,
  limit,
  window,
  throttled: count >= limit,
  frees_at: expiresAt.toISOString(),
})

/**
 * What is turned away now, the last to be let through again first; with a search, everything that is counted for an email
 * address, a network address, or the one from the other.
 */
export async function listThrottles(search: string, now: Date): Promise<ThrottleItem[]> {
  const { subjects, prefixes } = await recentSubjects(now)
  const searched = search === '' ? null : await searchedSubjects(search, prefixes)
  const tries = searched
    ? await countersOfSubjects(
        searched.map(({ subjects }) => subjects),
        now,
      )
    : await throttledNow(now, MAX_THROTTLES)
  const names = namesOf([...subjects, ...(searched ?? [])])
  const order = ({ throttled, frees_at, id }: ThrottleItem) => `${throttled ? 1 : 0} ${frees_at} ${id}`
  return tries.map((one) => item(one, names)).sort((one, other) => (order(one) < order(other) ? 1 : -1))
}

export const THROTTLES_PER_PAGE = 100

interface ThrottlesQuery extends FieldValues {
  search?: string
  page?: number
  page_size?: number
}

/** @throws ApiError 404 beyond the last page */
export async function throttlesResult({ query, now }: AuthenticatedContext<ThrottlesQuery>): Promise<Result> {
  const items = await listThrottles(query.search ?? '', now)
  const { page = 1, page_size: size = THROTTLES_PER_PAGE } = query
  const results = items.slice((page - 1) * size, page * size)
  if (results.length === 0 && page > 1) throw new ApiError(404, { detail: 'Invalid page.' })
  const beside = pagesBeside('throttles', query, page, items.length > page * size)
  const body = { count: items.length, count_is_exact: items.length < MAX_THROTTLES, ...beside, results }
  return { body, headers: linkHeader(beside) }
}
