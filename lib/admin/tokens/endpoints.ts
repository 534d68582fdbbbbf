import * as z from 'zod/mini'
import { endpoint } from '../../http/endpoint.ts'
import { listQuerySchema } from '../list-query.ts'
import { listResult, pageShape } from '../list-result.ts'
import { blacklistedTokenAdmin } from './blacklisted-tokens.ts'
import { outstandingTokenAdmin } from './outstanding-tokens.ts'

const tokenShape = z
  .object({
    id: z.int(),
    jti: z.string(),
    user_id: z.nullable(z.int()),
    email: z.nullable(z.string()),
    session_id: z.nullable(z.string()),
    created_at: z.nullable(z.iso.datetime()),
    expires_at: z.iso.datetime(),
    blacklisted_at: z.nullable(z.iso.datetime()),
  })
  .register(z.globalRegistry, { id: 'OutstandingToken' })

const contract = { method: 'GET', tag: 'Administration', responses: { 200: pageShape(tokenShape) } } as const

const policy = { access: 'authenticated', throttle: { policy: 'admin' } } as const

export const listOutstandingTokensEndpoint = endpoint({
  contract: {
    ...contract,
    path: '/api/admin/outstanding-tokens/',
    name: 'Outstanding Tokens',
    description:
      'A page of the refresh tokens that were given out, the newest first; never the tokens themselves. `expires_since` and `expires_until` are times or dates in UTC; a date is included to its end.',
    operationId: 'adminListOutstandingTokens',
    summary: 'List the refresh tokens',
    query: listQuerySchema(outstandingTokenAdmin),
  },
  policy: { ...policy, permission: 'token_blacklist.view_outstandingtoken' },
  run: (_input, context) => listResult(outstandingTokenAdmin, context),
})

export const listBlacklistedTokensEndpoint = endpoint({
  contract: {
    ...contract,
    path: '/api/admin/blacklisted-tokens/',
    name: 'Blacklisted Tokens',
    description:
      'A page of blacklisted refresh tokens, the last one first. `since` and `until` are times or dates in UTC; a date is included to its end.',
    operationId: 'adminListBlacklistedTokens',
    summary: 'List the blacklisted refresh tokens',
    query: listQuerySchema(blacklistedTokenAdmin),
  },
  policy: { ...policy, permission: 'token_blacklist.view_blacklistedtoken' },
  run: (_input, context) => listResult(blacklistedTokenAdmin, context),
})
