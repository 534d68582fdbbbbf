import type { LimitStatus } from './admit.ts'
import type { Scope } from './policies.ts'

const PERIODS: Record<number, string> = { 1: 'second', 60: 'minute', 3600: 'hour', 86400: 'day' }

/** A device that the account knows is limited like any other, and looks so: that it is known would tell that there is an account. */
const shownScope = (scope: Scope) => (scope === 'device' ? 'pair' : scope)

/** What a limit is called; `window` in seconds. */
export const limitName = (policy: string, { scope, window }: Pick<LimitStatus, 'scope' | 'window'>) =>
  `${policy}-${shownScope(scope)}-${PERIODS[window] ?? window}`
