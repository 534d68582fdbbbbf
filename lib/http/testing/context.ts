/** For tests: the context of a request at a time of the test's choosing. */
import type { User } from '../../db/client.ts'
import type { Context } from '../endpoint.ts'
import { storeNothing } from '../idempotency.ts'

export const contextAt = (now: Date, more: Partial<Context> = {}): Context => ({
  now,
  requestId: 'test',
  clientIp: '127.0.0.1',
  userAgent: 'test',
  principal: null,
  browserPrincipal: null,
  client: 'api',
  ownPage: false,
  cookies: null,
  ifMatch: null,
  params: {},
  query: {},
  storeResult: storeNothing,
  ...more,
})

/** The context of a request that an account's owner makes with a token of the given session. */
export const contextOf = (user: User, now: Date, sid: string | null = null): Context => {
  const claims = { type: 'access', jti: 'test', iat: null, exp: 0, refreshExp: null, userId: user.id, sid, extra: {} } as const
  return contextAt(now, { principal: { user, claims, via: 'header', extendedToken: null } })
}
