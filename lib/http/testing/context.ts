/** For tests: the context of a request at a time of the test's choosing. */
import type { User } from '../../db/client.ts'
import type { AuthenticatedContext, Context } from '../endpoint.ts'
import { storeNothing } from '../idempotency.ts'

export const contextAt = <More extends Partial<Context>>(now: Date, more?: More): Context & More => ({
  ...anonymous(now),
  ...(more as More),
})

const anonymous = (now: Date): Context => ({
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
})

/** The context of a request that an account's owner makes with a token of the given session. */
export const contextOf = (user: User, now: Date, sid: string | null = null): AuthenticatedContext => {
  const claims = { type: 'access', jti: 'test', iat: null, exp: 0, refreshExp: null, userId: user.id, sid, extra: {} } as const
  return contextAt(now, { principal: { user, claims, via: 'header', extendedToken: null } })
}
