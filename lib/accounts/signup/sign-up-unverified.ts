import { recordEvent } from '../../audit/audit.ts'
import { database, type Transaction, type User } from '../../db/client.ts'
import { ValidationFailed } from '../../errors.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { enqueueEmail } from '../../mail/outbox.ts'
import { makePassword } from '../../passwords/hash.ts'
import { availableUsername, createUser } from '../../users/create-user.ts'
import { isPhoneTaken } from '../../users/phone.ts'
import { findUserByEmail, withMinimumDuration } from '../../users/user.ts'
import { forgetLinks } from '../../web/cookies.ts'
import { VERIFY_PAGE } from '../../web/routes.ts'
import { newSignupCookie, type PendingSignup } from '../email-verification/pending-signup.ts'
import { enqueueVerificationEmail } from '../email-verification/verification-link.ts'
import { mailRecoveryLink } from '../password-reset/recovery-link.ts'
import { alreadyRegistered, phoneTaken } from './emails.ts'
import type { SignupInput } from './schema.ts'

const ANSWER = { body: { detail: 'We’ve sent you an email. Open the link in it to continue.' } }

/** How often a sign-up tries again when another one has taken its email or phone. */
const ATTEMPTS = 3

/**
 * A sign-up where addresses must be verified. Its answer, its hashes and its time are the same whether the address is new,
 * waits for its verification, has an account, has a closed one or is reserved for its former account, and whether the phone number is
 * another's: the mailbox alone is told (SU-6).
 */
export function signUpUnverified({ name, email, phone, password }: SignupInput, context: Context): Promise<Result> {
  return withMinimumDuration(async () => {
    const { cookie, browser } = newSignupCookie(email)
    const signup = { name, phone, browser, passwordHash: await makePassword(password) }
    await writeDown(email, signup, context, ATTEMPTS)
    return {
      ...ANSWER,
      setCookies: [cookie, forgetLinks(context.cookies, VERIFY_PAGE)],
      redirect: VERIFY_PAGE,
      flash: { status: null },
    }
  })
}

async function writeDown(email: string, signup: PendingSignup, context: Context, attempts: number): Promise<void> {
  const user = await findUserByEmail(email)
  if (!user?.isActive && (await inOne(context, (tx) => mailRecoveryLink(tx, email, user, context)))) return
  const username = await availableUsername(email)
  const phoneIsTaken = await isPhoneTaken(signup.phone, context.ownPage, user?.id)
  const { now } = context
  const write = () => {
    if (user && (user.emailVerifiedAt || !user.isActive)) {
      const message = { kind: 'already_registered', recipient: user.email, userId: user.id, content: alreadyRegistered() } as const
      return inOne(context, (tx) => enqueueEmail(tx, message, now))
    }
    if (phoneIsTaken) {
      const message = { kind: 'phone_taken', recipient: user?.email ?? email, userId: user?.id ?? null, content: phoneTaken() } as const
      return inOne(context, (tx) => enqueueEmail(tx, message, now))
    }
    return askForProof(user ?? { email, username }, signup, context)
  }
  try {
    await write()
  } catch (error) {
    // The email or phone has been taken since the check.
    if (!(error instanceof ValidationFailed) || attempts <= 1) throw error
    await writeDown(email, signup, context, attempts - 1)
  }
}

/** Runs work in a transaction, which keeps the answer unless the work says that it did nothing. @returns what the work does */
function inOne<Result>(context: Context, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
  return database().$transaction(async (tx) => {
    const result = await work(tx)
    if (result !== false) await context.storeResult(tx, ANSWER)
    return result
  })
}

/**
 * Keeps the sign-up as its token's payload. A new address gets its account at once, so that it is taken; whose sign-up
 * it becomes is decided by the proof: later ones leave the row alone, too (SU-5).
 */
function askForProof(account: User | { email: string; username: string }, signup: PendingSignup, context: Context): Promise<void> {
  return inOne(context, async (tx) => {
    const user = 'id' in account ? account : await createUser(tx, { ...account, ...signup }, context.now)
    await enqueueVerificationEmail(tx, user, context.now, JSON.stringify(signup))
    // The owner is not verified yet.
    await recordEvent(tx, 'signed_up', { actorId: null, subjectId: user.id, detail: { method: 'password' } }, context)
  })
}
