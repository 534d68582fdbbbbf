/** Every model that the admin area lists, in the order of its navigation. A declaration entered here has its pages and endpoints. */

import type { ModelAdmin } from './core/declaration.ts'
import { auditAdmin } from './models/audit/declaration.ts'
import { groupAdmin } from './models/groups/declaration.ts'
import { outboxAdmin } from './models/outbox/declaration.ts'
import { sessionAdmin } from './models/sessions/declaration.ts'
import { blacklistedTokenAdmin, outstandingTokenAdmin } from './models/tokens/declaration.ts'
import { userAdmin } from './models/users/declaration.ts'

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

/** Whether a model's objects have pages of their own, and not only a list. */
export const hasObjects = ({ fieldsets }: Pick<ModelAdmin, 'fieldsets'>): boolean => fieldsets.length > 0

/** Those whose endpoints are made of their declarations alone; accounts have more (models/users/endpoints.ts). */
export const declaredModels: readonly ModelAdmin[] = models.filter((model) => hasObjects(model) && model.path !== userAdmin.path)

/** The path of the page of an object that a log entry names; null where there is none. @param name as `app.model` */
export function objectPath(name: string | null, id: string | null): string | null {
  const model = models.find(({ appLabel, model: called }) => `${appLabel}.${called}` === name)
  return model !== undefined && hasObjects(model) && id !== null ? `/admin/${model.path}/${id}` : null
}
