import { recordEvent } from '../../audit/audit.ts'
import { database, lockUser, type User } from '../../db/client.ts'
import { ApiError } from '../../errors.ts'
import { accountColumns, type OwnerEditable, ownerEditable } from '../../fields/account.ts'
import { type AuthenticatedContext, endpoint, type Result } from '../../http/endpoint.ts'
import { entityTag, requireMatch } from '../../http/negotiation.ts'
import { settings } from '../../settings.ts'
import { takenField } from '../../users/create-user.ts'
import { e164 } from '../../users/phone.ts'
import { takenFields } from '../../users/taken-fields.ts'
import { ownUser, ownUserShape, publicUser, storedTexts, userShape } from '../../users/user.ts'
import { type ProfileInput, profileSchema } from './schema.ts'

/** Whether phone and user name belong to another account. */
export const checkProfile = ({ phone, username }: Partial<ProfileInput>, context: AuthenticatedContext) =>
  takenFields({ phone, username }, context, context.principal.user)

export const meEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/accounts/me/',
    name: 'Me',
    description: 'The account that the request belongs to',
    operationId: 'getAccount',
    summary: 'Read the account',
    tag: 'Account',
    responses: { 200: ownUserShape, 304: null },
  },
  policy: { access: 'authenticated' },
  run: async (_input, { principal }) => ownAccount(principal.user),
})

export const updateProfileEndpoint = endpoint({
  contract: {
    method: 'PATCH',
    path: '/api/accounts/me/',
    name: 'Me',
    description: 'Changes the fields that are given: name, phone, first and last name, and the user name where it may be changed',
    operationId: 'updateAccount',
    summary: 'Change the account',
    tag: 'Account',
    responses: { 200: ownUserShape },
    errorStatuses: [412],
    input: profileSchema,
    partial: true,
  },
  policy: {
    access: 'authenticated',
    // It says whether a phone number or a user name has an account.
    throttle: { policy: 'change' },
  },
  form: { page: '/settings/profile', success: '/settings/profile', status: 'changes_saved' },
  stored: async ({ principal }) => storedTexts(principal.user),
  prepareInput: ({ username, ...data }) => (settings().USERNAME_EDITABLE && username !== undefined ? { ...data, username } : data),
  validate: checkProfile,
  run: updateProfile,
})

/** The tutorial's example of a protected view. */
export const protectedEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/protected-endpoint/',
    name: 'Protected Endpoint',
    description: 'Protected endpoint that requires authentication',
    operationId: 'getProtected',
    summary: 'An example of a protected endpoint',
    tag: 'Account',
    responses: { 200: userShape },
  },
  policy: { access: 'authenticated' },
  run: async (_input, { principal }) => ({ body: publicUser(principal.user) }),
})

/** An account as its owner is answered it, with the tag by which they can ask for it again and change it. */
function ownAccount(user: User): Result {
  const body = ownUser(user)
  return { body, headers: { ETag: entityTag(body) } }
}

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
