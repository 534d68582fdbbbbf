import { listEndpoint } from '../../core/list-endpoints.ts'
import { blacklistedTokenAdmin, outstandingTokenAdmin, tokenShape } from './declaration.ts'

export const listOutstandingTokensEndpoint = listEndpoint(outstandingTokenAdmin, tokenShape, {
  name: 'Outstanding Tokens',
  description:
    'A page of the refresh tokens that were given out, the newest first; never the tokens themselves. `expires_since` and `expires_until` are times or dates in UTC; a date is included to its end.',
  operationId: 'adminListOutstandingTokens',
  summary: 'List the refresh tokens',
})

export const listBlacklistedTokensEndpoint = listEndpoint(blacklistedTokenAdmin, tokenShape, {
  name: 'Blacklisted Tokens',
  description:
    'A page of blacklisted refresh tokens, the last one first. `since` and `until` are times or dates in UTC; a date is included to its end.',
  operationId: 'adminListBlacklistedTokens',
  summary: 'List the blacklisted refresh tokens',
})
