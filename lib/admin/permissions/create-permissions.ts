import { type Database, database } from '../../db/client.ts'
import type { ModelAdmin } from '../core/declaration.ts'
import { hasObjects, models } from '../registry.ts'

const ACTIONS = ['add', 'change', 'delete', 'view'] as const

interface ModelPermissions {
  appLabel: string
  model: string
  verboseName: string
  actions: readonly (typeof ACTIONS)[number][]
}

/** What the migrations make besides: permissions of Django's own models, and of ours that have a list alone. */
const OTHERS: readonly ModelPermissions[] = [
  { appLabel: 'admin', model: 'logentry', verboseName: 'log entry', actions: ACTIONS },
  { appLabel: 'auth', model: 'permission', verboseName: 'permission', actions: ACTIONS },
  { appLabel: 'contenttypes', model: 'contenttype', verboseName: 'content type', actions: ACTIONS },
  { appLabel: 'sessions', model: 'session', verboseName: 'session', actions: ACTIONS },
  { appLabel: 'token_blacklist', model: 'blacklistedtoken', verboseName: 'blacklisted token', actions: ACTIONS },
  { appLabel: 'token_blacklist', model: 'outstandingtoken', verboseName: 'outstanding token', actions: ACTIONS },
  { appLabel: 'accounts', model: 'outboxmail', verboseName: 'outbox mail', actions: ['change', 'view'] },
  { appLabel: 'accounts', model: 'throttlecounter', verboseName: 'throttle counter', actions: ['change', 'view'] },
]

/**
 * Django's create_permissions, which it runs after each migration: every model that has objects has its content type and four
 * permissions, in its words. What is there stays as it is; what Django's remove_stale_contenttypes deleted is made again.
 */
export async function createPermissions(
  declared: readonly Pick<ModelAdmin, 'appLabel' | 'model' | 'verboseName' | 'fieldsets'>[] = models,
  db: Database = database(),
): Promise<void> {
  const wanted = [...declared.filter(hasObjects).map((admin) => ({ ...admin, actions: ACTIONS })), ...OTHERS]
  const permissions = await db.permission.findMany({
    where: { contentType: { model: { in: wanted.map(({ model }) => model) } } },
    select: { codename: true, contentType: { select: { appLabel: true } } },
  })
  const present = new Set(permissions.map(({ codename, contentType }) => `${contentType.appLabel}.${codename}`))
  for (const { appLabel, model, verboseName, actions } of wanted) {
    const missing = actions.filter((action) => !present.has(`${appLabel}.${action}_${model}`))
    if (missing.length === 0) continue
    // Two servers may start at once: the second one finds it done.
    await db.$executeRaw`INSERT INTO django_content_type (app_label, model) VALUES (${appLabel}, ${model}) ON CONFLICT DO NOTHING`
    for (const action of missing) {
      await db.$executeRaw`
        INSERT INTO auth_permission (name, content_type_id, codename)
        SELECT ${`Can ${action} ${verboseName}`}, id, ${`${action}_${model}`} FROM django_content_type
        WHERE app_label = ${appLabel} AND model = ${model}
        ON CONFLICT DO NOTHING`
    }
  }
}
