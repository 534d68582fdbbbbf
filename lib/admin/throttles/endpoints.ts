import * as z from 'zod/mini'
import { number } from '../../fields/choice.ts'
import { text } from '../../fields/text.ts'
import { endpoint } from '../../http/endpoint.ts'
import { pageShape } from '../core/list-result.ts'
import { MAX_THROTTLES, throttlesResult } from './list-throttles.ts'
import { releaseThrottle } from './release-throttle.ts'

const throttleShape = z
  .object({
    id: z.string(),
    policy: z.string(),
    scope: z.string(),
    subject: z.nullable(z.string()),
    tries: z.int(),
    limit: z.int(),
    window: z.int(),
    throttled: z.boolean(),
    frees_at: z.iso.datetime(),
  })
  .register(z.globalRegistry, { id: 'Throttle' })

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
