/** Every model that the admin area lists, in the order of its navigation. A declaration entered here has a page. */
import { auditAdmin } from './audit/declaration.ts'
import type { ModelAdmin } from './declaration.ts'
import { groupAdmin } from './groups/declaration.ts'
import { outboxAdmin } from './outbox/declaration.ts'
import { sessionAdmin } from './sessions/declaration.ts'
import { blacklistedTokenAdmin } from './tokens/blacklisted-tokens.ts'
import { outstandingTokenAdmin } from './tokens/outstanding-tokens.ts'
import { userAdmin } from './users/declaration.ts'

export const models: readonly ModelAdmin[] = [
  userAdmin,
  groupAdmin,
  sessionAdmin,
  outstandingTokenAdmin,
  blacklistedTokenAdmin,
  outboxAdmin,
  auditAdmin,
]

/** The model whose list is at a path's segment; null when there is none. */
export const modelAt = (path: string): ModelAdmin | null => models.find((model) => model.path === path) ?? null
