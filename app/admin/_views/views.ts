import type { ListView } from '../_list/list-view.ts'
import type { ObjectView } from '../_object/object-view.ts'
import { auditView } from './audit.tsx'
import { groupObjectView, groupView } from './groups.tsx'
import { outboxView } from './outbox.tsx'
import { sessionView } from './sessions.tsx'
import { blacklistedTokenView, outstandingTokenView } from './tokens.tsx'
import { userObjectView } from './users.tsx'

/** The lists that show something otherwise than their declarations say, by path. */
export const views: ReadonlyMap<string, ListView> = new Map([
  groupView,
  sessionView,
  outstandingTokenView,
  blacklistedTokenView,
  outboxView,
  auditView,
])

/** The objects whose pages do. */
export const objectViews: ReadonlyMap<string, ObjectView> = new Map([userObjectView, groupObjectView])
