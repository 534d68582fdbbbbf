import * as z from 'zod/mini'
import { database } from '../../db/client.ts'
import type { FieldErrors } from '../../errors.ts'
import { comparePasswords } from '../../fields/credentials.ts'
import { type Context, detailShape, endpoint } from '../../http/endpoint.ts'
import { passwordProblems } from '../../passwords/policy.ts'
import { settings } from '../../settings.ts'
import { findReservation } from '../../tokens/one-time-token.ts'
import { tokenPairShape } from '../../tokens/refresh-token.ts'
import { phoneFault } from '../../users/phone.ts'
import { findUserByEmail, userShape, withMinimumDuration } from '../../users/user.ts'
import { AFTER_LOGIN } from '../../web/routes.ts'
import { mailRecoveryLink } from '../password-reset/recovery-link.ts'
import { type SignupInput, signupSchema } from './schema.ts'
import { signUp } from './sign-up.ts'

export const signupEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/signup/',
    name: 'Signup',
    description: 'User registration endpoint',
    operationId: 'signUp',
    summary: 'Sign up',
    tag: 'Sign-up and login',
    responses: {
      201: z.object({ message: z.literal('User registered successfully'), user: userShape, tokens: tokenPairShape }),
      // Where the address must be verified first.
      200: detailShape,
    },
    input: signupSchema,
  },
  policy: { access: 'public', throttle: { policy: 'signup', account: ({ email }) => email }, idempotencyKey: true },
  form: { page: '/signup', success: AFTER_LOGIN, status: 'signed_up' },
  prepareInput: (data) =>
    settings().SIGNUP_CONFIRM_PASSWORD || 'confirm_password' in data ? data : { ...data, confirm_password: data.password },
  validate: checkAvailability,
  refine: comparePasswords,
  run: signUp,
})

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
    const problems = await passwordProblems(password, personal)
    if (problems.length > 0) errors.password = problems
  }
  return errors
}
