import { recordEvent } from '../../audit/audit.ts'
import { database, lockUser } from '../../db/client.ts'
import { canonicalEmail } from '../../fields/credentials.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { findUserByEmail, withMinimumDuration } from '../../users/user.ts'
import { passwordResetEmail } from './emails.ts'
import { mailRecoveryLink } from './recovery-link.ts'
import { mailPasswordResetLink } from './reset-link.ts'
import { resetRequestCookie } from './reset-request-cookie.ts'
import type { RequestResetInput } from './schema.ts'

const ANSWER = { body: { detail: 'If an account exists for this email address, a link to reset its password has been sent.' } }

/**
 * Mails the owner of an address a link to choose a new password. Whether there is an account shows neither in the answer
 * nor in its time: no password is hashed either way, either way one transaction is written, and the email is sent
 * afterwards (EN-3). An account without a usable password gets the link, too: it proves the mailbox like any other. A closed
 * account and a reserved address get an email with the way back.
 */
export async function requestPasswordReset({ email }: RequestResetInput, context: Context): Promise<Result> {
  await withMinimumDuration(() => mailLinkIfThereIsAnAccount(email, context))
  return { ...ANSWER, setCookies: [resetRequestCookie({ email, at: context.now })] }
}

async function mailLinkIfThereIsAnAccount(email: string, context: Context): Promise<void> {
  const found = await findUserByEmail(email)
  await database().$transaction(async (tx) => {
    const user = await lockUser(tx, found?.id ?? 0)
    const isOpen = user?.isActive === true
    if (isOpen) await mailPasswordResetLink(tx, user, passwordResetEmail, context)
    const outcome = isOpen || (await mailRecoveryLink(tx, canonicalEmail(email) ?? email, user, context)) ? 'success' : 'failure'
    await recordEvent(tx, 'password_reset_requested', { outcome, actorId: null, subjectId: found?.id ?? null, detail: {} }, context)
    await context.storeResult(tx, ANSWER)
  })
}
