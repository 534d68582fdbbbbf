import { auditView } from './audit.tsx'
import { groupView } from './groups.tsx'
import { outboxView } from './outbox.tsx'
import { sessionView } from './sessions.tsx'
import { blacklistedTokenView, outstandingTokenView } from './tokens.tsx'
import type { ListView } from './view.ts'

/** The lists that show something otherwise than their declarations say, by path. */
export const views: ReadonlyMap<string, ListView> = new Map([
  groupView,
  sessionView,
  outstandingTokenView,
  blacklistedTokenView,
  outboxView,
  auditView,
])
