import * as z from 'zod/mini'
import { recordEvent } from '../../audit/audit.ts'
import { database } from '../../db/client.ts'
import { number } from '../../fields/choice.ts'
import { text } from '../../fields/text.ts'
import { type AuthenticatedContext, endpoint, type Result } from '../../http/endpoint.ts'
import { effectivePolicy } from '../../throttle/policies.ts'
import { type CounterEntry, resetCounters } from '../../throttle/throttled.ts'
import { pageShape } from '../core/list-endpoints.ts'
import { notFound } from '../core/object-id.ts'
import { actorOf } from '../core/user-guard.ts'
import { MAX_THROTTLES, throttleShape, throttlesResult } from './list-throttles.ts'

const contract = { tag: 'Administration' } as const

const policy = { access: 'authenticated', throttle: { policy: 'admin' } } as const

export const listThrottlesEndpoint = endpoint({
  contract: {
    ...contract,
    method: 'GET',
    path: '/api/admin/throttles/',
    name: 'Throttles',
    description:
      'What is turned away now. With `search`, everything that is counted for an email address, a network address, or with both for the one from the other.',
    operationId: 'adminListThrottles',
    summary: 'List what is throttled',
    responses: { 200: pageShape(throttleShape) },
    query: z.object({
      page: number({ label: 'Page', max: MAX_THROTTLES }),
      page_size: number({ label: 'Page size', max: 200 }),
      search: text({ label: 'Search', blank: true, maxLength: 300 }),
    }),
  },
  policy: { ...policy, permission: 'accounts.view_throttlecounter' },
  run: (_input, context) => throttlesResult(context),
})

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
  const tries = await resetCounters(context.params.id as string, context.now)
  if (tries === null) {
    if (context.client === 'api') throw notFound()
    return { status: 204, body: null, flash: { status: 'throttle_already_reset' } }
  }
  for (const key of besides(tries)) await resetCounters(key, context.now)
  const detail = { policy: tries.policy, limit: tries.scope }
  await recordEvent(database(), 'throttle_released', { ...actorOf(context), subjectId: null, detail }, context)
  return { status: 204, body: null }
}

export const releaseThrottleEndpoint = endpoint({
  contract: {
    ...contract,
    method: 'POST',
    path: '/api/admin/throttles/{id}/release/',
    name: 'Release Throttle',
    description:
      'Lets the client that is counted by this key try again, as if it had not tried before: what is counted of it in longer and shorter windows is released with it.',
    operationId: 'adminReleaseThrottle',
    summary: 'Release a rate limit',
    responses: { 204: null },
  },
  policy: { ...policy, permission: 'accounts.change_throttlecounter' },
  form: { page: '/admin/throttles', success: '/admin/throttles', status: 'throttle_released' },
  run: releaseThrottle,
})
