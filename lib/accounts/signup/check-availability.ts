import { database } from '../../db/client.ts'
import type { FieldErrors } from '../../errors.ts'
import type { Context } from '../../http/endpoint.ts'
import { passwordProblems } from '../../passwords/policy.ts'
import { settings } from '../../settings.ts'
import { findReservation } from '../../tokens/one-time-token.ts'
import { findUserByEmail } from '../../users/find-user.ts'
import { withMinimumDuration } from '../../users/min-duration.ts'
import { phoneFault } from '../../users/phone.ts'
import { mailRecoveryLink } from '../password-reset/recovery-link.ts'
import type { SignupInput } from './schema.ts'

/**
 * What the schema cannot know of a sign-up: whether address and phone are taken (Django REST framework's UniqueValidator)
 * and whether the password will do. Asked of the fields that are valid, so that all errors are answered together.
 * Where addresses must be verified, only their mailbox is told what is taken (SU-6). The owner of a closed account, or of a
 * reserved address, gets an email with the way back.
 */
export async function checkAvailability(values: Partial<SignupInput>, context: Context): Promise<FieldErrors> {
  const { email, phone, name, password } = values
  const errors: FieldErrors = {}
  const tells = settings().EMAIL_VERIFICATION !== 'mandatory'
  if (tells && email !== undefined) {
    const owner = await findUserByEmail(email)
    const isTaken = owner !== null || (await findReservation(database(), email, context.now)) !== null
    if (isTaken) errors.email = ['unique:email']
    // Only a sign-up that could have succeeded writes to the owner, and its time does not tell whether it did.
    const isComplete = name !== undefined && phone !== undefined && password !== undefined
    if (isTaken && isComplete) await withMinimumDuration(() => database().$transaction((tx) => mailRecoveryLink(tx, email, owner, context)))
  }
  const fault = phone === undefined ? null : await phoneFault(phone, context.ownPage)
  if (fault !== null && (tells || fault !== 'unique:phone')) errors.phone = [fault]
  if (password !== undefined) {
    const personal = { ...(email && { email }), ...(name && { name }), ...(phone && { phone }) }
    const problems = passwordProblems(password, personal)
    if (problems.length > 0) errors.password = problems
  }
  return errors
}
