/** The models that do more than their declarations say. Apart from these, so that a list does not load what only a change needs. */
import { recordEvent } from '../audit/audit.ts'
import type { ModelAdmin } from './core/declaration.ts'
import type { Hooks } from './core/hooks.ts'
import { groupAdmin } from './models/groups/declaration.ts'
import { userAdmin } from './models/users/declaration.ts'
import { userHooks } from './models/users/hooks.ts'

const groupHooks: Hooks = {
  record: (tx, { happened, id, name, fields, changes }, who, context) =>
    recordEvent(tx, `group_${happened}`, { ...who, subjectId: null, detail: { group: id, name, fields, changes } }, context),
}

const hooks: ReadonlyMap<string, Hooks> = new Map<string, Hooks>([
  [userAdmin.path, userHooks],
  [groupAdmin.path, groupHooks],
])

export const hooksOf = ({ path }: Pick<ModelAdmin, 'path'>): Hooks => hooks.get(path) ?? {}
