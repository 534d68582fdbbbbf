/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11): lists of quoted names with `q` requests in
 * `w` seconds, and of the same names with `r` requests left for the next `t` seconds.
 */
import type { LimitStatus } from '../throttle/admit.ts'
import { type EffectivePolicy, limitName, type Scope } from '../throttle/policies.ts'

const nameOf = (policy: string, limit: Pick<LimitStatus, 'scope' | 'window'>) => `"${limitName(policy, limit)}"`

/** A limit as it is told: `name` in quotes, `window` in seconds. */
export interface ListedLimit {
  name: string
  scope: Scope
  limit: number
  window: number
}

/** A policy's limits: the same for every client, whatever has been counted. */
export function listLimits(policy: string, { limits }: EffectivePolicy): ListedLimit[] {
  const scopes = (Object.keys(limits) as Scope[]).filter((scope) => scope !== 'device')
  return scopes.flatMap((scope) =>
    (limits[scope] ?? []).map(({ limit, window }) => ({ name: nameOf(policy, { scope, window }), scope, limit, window })),
  )
}

export const rateLimitPolicy = (limits: ListedLimit[]): string =>
  limits.map(({ name, limit, window }) => `${name};q=${limit};w=${window}`).join(', ')

/** Where limits stand that the caller may know of. A window ends on a full second, which may be one later than its length. */
export const rateLimit = (policy: string, standings: LimitStatus[]): string =>
  standings
    .map((standing) => `${nameOf(policy, standing)};r=${standing.remaining};t=${Math.min(standing.resetsIn, standing.window)}`)
    .join(', ')
