/** For tests: the context of a request at a time of the test's choosing. */
import type { Context } from '../endpoint.ts'

export const contextAt = (now: Date, more: Partial<Context> = {}): Context => ({
  now,
  requestId: 'test',
  clientAddress: '127.0.0.1',
  userAgent: 'test',
  principal: null,
  browserPrincipal: null,
  client: 'api',
  ...more,
})
