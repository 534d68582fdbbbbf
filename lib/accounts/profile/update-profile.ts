import { recordEvent } from '../../audit/audit.ts'
import { database, type User } from '../../db/client.ts'
import { lockUser } from '../../db/lock-user.ts'
import { ApiError } from '../../errors.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { requireMatch } from '../../http/entity-tag.ts'
import { takenField } from '../../users/create-user.ts'
import { e164 } from '../../users/phone.ts'
import { ownUser } from '../../users/public-user.ts'
import { ownAccount } from './own-account.ts'
import type { ProfileInput } from './schema.ts'

/** The columns that a profile's fields are kept in: no other column can be written from here. */
const COLUMNS = { name: 'name', phone: 'phone', first_name: 'firstName', last_name: 'lastName', username: 'username' } as const
type Field = keyof typeof COLUMNS

/**
 * Changes what was given and differs, nothing else; with nothing to change nothing is written.
 * @returns the account as it is now
 * @throws ValidationFailed when the phone or user name has been taken since; ApiError 412 after If-Match
 */
export async function updateProfile(input: Partial<ProfileInput>, context: AuthenticatedContext): Promise<Result> {
  const { user, claims } = context.principal
  const fields = (Object.keys(COLUMNS) as Field[]).filter((field) => input[field] !== undefined && input[field] !== user[COLUMNS[field]])
  if (fields.length === 0) {
    requireMatch(context.ifMatch, ownUser(user))
    return ownAccount(user)
  }
  const data: Partial<User> = Object.fromEntries(fields.map((field) => [COLUMNS[field], input[field]]))
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
