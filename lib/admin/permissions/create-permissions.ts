import { type Database, database } from '../../db/client.ts'
import type { ModelAdmin } from '../declaration.ts'
import { hasObjects, models } from '../registry.ts'

const ACTIONS = ['add', 'change', 'delete', 'view'] as const

/**
 * Django's create_permissions, which it runs after each migration: every model that has objects has its content type and four
 * permissions, in its words. What is there stays as it is.
 */
export async function createPermissions(
  declared: readonly Pick<ModelAdmin, 'appLabel' | 'model' | 'verboseName' | 'fieldsets'>[] = models,
  db: Database = database(),
): Promise<void> {
  for (const { appLabel, model, verboseName } of declared.filter(hasObjects)) {
    const codenames = ACTIONS.map((action) => `${action}_${model}`)
    if ((await db.permission.count({ where: { codename: { in: codenames }, contentType: { appLabel, model } } })) === ACTIONS.length)
      continue
    // Two servers may start at once: whoever comes second finds it done.
    await db.$executeRaw`INSERT INTO django_content_type (app_label, model) VALUES (${appLabel}, ${model}) ON CONFLICT DO NOTHING`
    for (const action of ACTIONS) {
      await db.$executeRaw`
        INSERT INTO auth_permission (name, content_type_id, codename)
        SELECT ${`Can ${action} ${verboseName}`}, id, ${`${action}_${model}`} FROM django_content_type
        WHERE app_label = ${appLabel} AND model = ${model}
        ON CONFLICT DO NOTHING`
    }
  }
}
