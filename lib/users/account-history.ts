/** What the audit log tells an account's owner of its past. It reaches back AUDIT_RETENTION, and knows nothing that Django did. */
import { database, type User } from '../db/client.ts'
import { hasDjangoTables } from '../db/django-tables.ts'

/** Who gave the account its present password, as far as the log tells; null where nothing is known. */
export type PasswordOrigin = { by: 'owner' | 'administrator'; at: Date } | { by: 'signup' } | null

/** Whether everything that happened to an account is in the log: its beginning is, and no Django signs people in beside us. */
export async function isWholeHistoryKnown({ id, dateJoined }: Pick<User, 'id' | 'dateJoined'>): Promise<boolean> {
  const began = { subjectId: id, event: { in: ['signed_up', 'user_added', 'superuser_created'] }, at: dateJoined }
  return (await database().auditEvent.count({ where: began })) > 0 && !(await hasDjangoTables())
}

/** Where the account's password comes from. */
export async function passwordOrigin(user: Pick<User, 'id' | 'dateJoined'>): Promise<PasswordOrigin> {
  const last = await database().auditEvent.findFirst({
    where: { subjectId: user.id, event: { in: ['password_changed', 'password_reset', 'user_password_set'] }, outcome: 'success' },
    orderBy: { id: 'desc' },
    select: { at: true, event: true, actorId: true },
  })
  if (last) {
    const isOwn = last.event === 'password_reset' || last.actorId === user.id
    return { by: isOwn ? 'owner' : 'administrator', at: last.at }
  }
  const signedUp = await database().auditEvent.count({ where: { subjectId: user.id, event: 'signed_up', at: user.dateJoined } })
  return signedUp > 0 && (await isWholeHistoryKnown(user)) ? { by: 'signup' } : null
}
