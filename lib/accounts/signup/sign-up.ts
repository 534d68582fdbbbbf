import { recordEvent } from '../../audit/audit.ts'
import { completeSignUp } from '../../authentication/complete-login.ts'
import { database } from '../../db/client.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { makePassword } from '../../passwords/hash.ts'
import { settings } from '../../settings.ts'
import { createUser, withAvailableUsername } from '../../users/create-user.ts'
import { enqueueVerificationEmail } from '../email-verification/verification-link.ts'
import { pendingLoginResult, sessionResult } from '../login/endpoints.ts'
import type { SignupInput } from './schema.ts'
import { signUpUnverified } from './sign-up-unverified.ts'

/**
 * Creates an account and its first session in one transaction. If email addresses must be verified first, it only sends the
 * verification email.
 * @throws ValidationFailed when the email or phone has been taken since
 */
export async function signUp(input: SignupInput, context: Context): Promise<Result> {
  const { EMAIL_VERIFICATION } = settings()
  if (EMAIL_VERIFICATION === 'mandatory') return signUpUnverified(input, context)
  const { name, email, phone, password } = input
  const passwordHash = await makePassword(password)
  return withAvailableUsername(email, (username) =>
    database().$transaction(async (tx) => {
      const user = await createUser(tx, { name, email, phone, username, passwordHash }, context.now)
      const login = await completeSignUp(tx, user, context)
      if (EMAIL_VERIFICATION === 'optional') await enqueueVerificationEmail(tx, user, context.now)
      await recordEvent(tx, 'signed_up', { actorId: user.id, subjectId: user.id, detail: { method: 'password' } }, context)
      if (login.status === 'pending') return context.storeResult(tx, pendingLoginResult(login))
      const created = { status: 201, headers: { Location: '/api/accounts/me/' } }
      return context.storeResult(tx, { ...sessionResult('User registered successfully', login), ...created })
    }),
  )
}
