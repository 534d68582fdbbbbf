import { type AuditSource, recordEvent } from '../audit/audit.ts'
import { type Database, database, type Transaction } from '../db/client.ts'
import { PermissionDenied, ReauthenticationRequired } from '../errors.ts'
import { hasPermission, loadPermissions, type PermissionName } from '../permissions/user-permissions.ts'
import { isRecentlyAuthenticated } from '../sessions/session.ts'
import { isFirstIn, isWithin } from '../throttle/admit.ts'
import type { Context, Endpoint, Policy } from './endpoint.ts'

/**
 * Requires staff status and the endpoint's permission; denials are audited (ASVS 16.3.2).
 * @throws PermissionDenied
 */
export async function requirePermission({ permission }: Pick<Policy, 'permission'>, context: Context): Promise<void> {
  if (permission === undefined) return
  const { principal } = context
  const anyOf: PermissionName[] = [permission].flat()
  if (principal) {
    const permissions = await loadPermissions(principal.user)
    if (anyOf.some((name) => hasPermission(permissions, name))) return
    await recordDenial(anyOf.join(' or '), context)
  }
  throw new PermissionDenied()
}

/** How long an account's denials are told once, and how many of one account in that time, in seconds. */
const DENIAL_WINDOW = 3600
const MAX_DENIALS = 100

/**
 * Audits a denied request, once per hour for each permission, and with a limit per account: requests must not fill the log,
 * whose recent events cannot be deleted.
 * @param permission what they lack, in Django's words or ours
 */
export async function recordDenial(
  permission: string,
  source: AuditSource & Pick<Context, 'principal'>,
  subjectId: number | null = null,
): Promise<void> {
  const { user, claims } = source.principal ?? {}
  const actor = `user ${user?.id ?? 0}`
  if (!(await isFirstIn('denial', [actor, permission, subjectId].join('\0'), DENIAL_WINDOW, source.now))) return
  if (!(await isWithin('denials', actor, MAX_DENIALS, DENIAL_WINDOW, source.now))) return
  const who = { outcome: 'failure', actorId: user?.id ?? null, subjectId, sessionId: claims?.sid ?? null } as const
  await recordEvent(database(), 'admin_denied', { ...who, detail: { permission } }, source)
}

/** @throws ReauthenticationRequired */
export async function requireRecentAuthentication({ policy: { recentAuthentication } }: Endpoint, context: Context): Promise<void> {
  if (recentAuthentication) await requireRecentAuthenticationNow(context)
}

/**
 * The same, for what only a use case knows to need it. @param tx the change's own transaction
 * @throws ReauthenticationRequired
 */
export async function requireRecentAuthenticationNow({ principal, now }: Context, tx: Transaction | Database = database()): Promise<void> {
  if (!principal || !(await isRecentlyAuthenticated(principal, now, tx))) throw new ReauthenticationRequired()
}

/** The page from which a browser reaches an endpoint; null when there is none. @param sent what it sent there */
export async function formPage(
  { policy: { recentAuthentication }, form }: Endpoint,
  sent: () => Promise<{ fields: Record<string, string>; next: string | null }>,
): Promise<string | null> {
  const page = typeof recentAuthentication === 'object' ? recentAuthentication.page : (form?.page ?? null)
  if (typeof page !== 'function') return page
  const { fields, next } = await sent()
  return page(fields, next)
}
