import { recordEvent } from '../../audit/audit.ts'
import { database, type User } from '../../db/client.ts'
import { lockUser } from '../../db/lock-user.ts'
import { ApiError } from '../../errors.ts'
import { accountColumns, type OwnerEditable, ownerEditable } from '../../fields/account.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { requireMatch } from '../../http/entity-tag.ts'
import { takenField } from '../../users/create-user.ts'
import { e164 } from '../../users/phone.ts'
import { ownUser } from '../../users/public-user.ts'
import { ownAccount } from './own-account.ts'
import type { ProfileInput } from './schema.ts'

/**
 * Changes what was given and differs, nothing else; with nothing to change nothing is written.
 * @returns the account as it is now
 * @throws ValidationFailed when the phone or user name has been taken since; ApiError 412 after If-Match
 */
export async function updateProfile(input: Partial<ProfileInput>, context: AuthenticatedContext): Promise<Result> {
  const { user, claims } = context.principal
  const columnOf = (field: OwnerEditable) => accountColumns[field].column
  const fields = ownerEditable.filter((field) => input[field] !== undefined && input[field] !== user[columnOf(field)])
  if (fields.length === 0) {
    requireMatch(context.ifMatch, ownUser(user))
    return ownAccount(user)
  }
  const data: Partial<User> = Object.fromEntries(fields.map((field) => [columnOf(field), input[field]]))
  if (data.phone !== undefined) data.phoneE164 = e164(data.phone)
  try {
    const changed = await database().$transaction(async (tx) => {
      const current = await lockUser(tx, user.id)
      if (!current?.isActive) throw new ApiError(401, { detail: 'User not found', code: 'user_not_found' })
      requireMatch(context.ifMatch, ownUser(current))
      const who = { actorId: user.id, subjectId: user.id, sessionId: claims.sid }
      await recordEvent(tx, 'profile_updated', { ...who, detail: { fields } }, context)
      return tx.user.update({ where: { id: user.id }, data })
    })
    return ownAccount(changed)
  } catch (error) {
    throw takenField(error, 'username') ?? error
  }
}
