import { recordEvent } from '../../audit/audit.ts'
import { database } from '../../db/client.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { effectivePolicy } from '../../throttle/policies.ts'
import { type CounterEntry, resetCounters } from '../../throttle/throttled.ts'
import { notFound } from '../core/object-id.ts'

/**
 * The keys by which the same subject's other windows are counted: a client over the minute's limit is often over the
 * hour's, and would be turned away by that one.
 */
const besides = ({ key, policy, scope, digest }: CounterEntry): string[] =>
  (effectivePolicy(policy)?.limits[scope] ?? []).map(({ window }) => `${policy}:${scope}:${window}:${digest}`).filter((one) => one !== key)

/**
 * Lets a client try again: their counter begins anew, and with it those of the policy's other windows.
 * @throws ApiError 404 where nothing is counted by that key, for example since its window is over: a browser, whose list may
 * be of a while ago, is told so
 */
export async function releaseThrottle(_input: object, context: AuthenticatedContext): Promise<Result> {
  const { user, claims } = context.principal
  const tries = await resetCounters(context.params.id as string, context.now)
  if (tries === null) {
    if (context.client === 'api') throw notFound()
    return { status: 204, body: null, flash: { status: 'throttle_already_reset' } }
  }
  for (const key of besides(tries)) await resetCounters(key, context.now)
  const who = { actorId: user.id, subjectId: null, sessionId: claims.sid }
  await recordEvent(database(), 'throttle_released', { ...who, detail: { policy: tries.policy, limit: tries.scope } }, context)
  return { status: 204, body: null }
}
