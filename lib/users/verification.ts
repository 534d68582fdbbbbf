import type { User } from '../db/client.ts'
import { settings } from '../settings.ts'

/** Whether an account cannot be used until its email is verified. */
export const isVerificationRequired = ({ emailVerifiedAt }: Pick<User, 'emailVerifiedAt'>) =>
  settings().EMAIL_VERIFICATION === 'mandatory' && emailVerifiedAt === null
