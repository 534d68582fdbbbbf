import { recordEvent } from '../../audit/audit.ts'
import { completeSignUp } from '../../authentication/complete-login.ts'
import type { ReadyProvider } from '../../authentication/external-identity.ts'
import { consumePendingSignUp, findPendingSignUp, type PendingSignUp } from '../../authentication/external-login.ts'
import { readyProviders, requireProvider } from '../../authentication/identity-provider.ts'
import { database } from '../../db/client.ts'
import { type FieldErrors, ValidationFailed } from '../../errors.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { makeUnusablePassword } from '../../passwords/hash.ts'
import { settings } from '../../settings.ts'
import { createUser, withAvailableUsername } from '../../users/create-user.ts'
import { phoneFault } from '../../users/phone.ts'
import { findUserByEmail } from '../../users/user.ts'
import { AFTER_LOGIN, LOGIN_PAGE } from '../../web/routes.ts'
import { enqueueVerificationEmail } from '../email-verification/verification-link.ts'
import { sessionResult } from '../login/endpoints.ts'
import { AlreadyLinked, linkExternalAccount } from './link.ts'
import { pendingResult } from './log-in-externally.ts'
import { refusal } from './refusals.ts'
import type { CompleteSignUpInput } from './schema.ts'

/** What the page of a browser's sign-up shows; null where none waits for it. */
export async function describePendingSignUp(
  cookies: string | null,
  now: Date,
): Promise<{ provider: string; name: string | null; email: string | null } | null> {
  const pending = await findPendingSignUp(undefined, { now, client: 'browser', cookies })
  const provider = readyProviders().find(({ id }) => id === pending?.provider)
  return pending && provider ? { provider: provider.name, name: pending.identity.name, email: pending.identity.email } : null
}

/** What the schema cannot know: whether phone number and email are taken, and whether an email is needed. */
export async function checkProfile({ ticket, email, phone }: Partial<CompleteSignUpInput>, context: Context): Promise<FieldErrors> {
  const pending = await findPendingSignUp(ticket, context)
  if (!pending) return {}
  const errors: FieldErrors = {}
  const address = pending.identity.email ?? email
  if (address === undefined) errors.email = ['required']
  else if ((await findUserByEmail(address)) !== null) errors.email = ['unique:email']
  const fault = phone === undefined ? null : await phoneFault(phone, context.ownPage)
  if (fault !== null) errors.phone = [fault]
  return errors
}

/**
 * Creates the account of who has signed in at a provider, linked to it and without a usable password, and its first session.
 * @throws ValidationFailed when email or phone have been taken since; the refusals of refusals.ts
 */
export async function completeExternalSignUp(input: CompleteSignUpInput, context: Context): Promise<Result> {
  const pending = await findPendingSignUp(input.ticket, context)
  const provider = pending && requireProvider(pending.provider)
  if (!pending || !provider) throw expired(context)
  const email = pending.identity.email ?? input.email ?? ''
  try {
    return await withAvailableUsername(email, (username) => create(pending, provider, { ...input, email, username }, context))
  } catch (error) {
    // In another tab, or by another sign-up of the same person.
    if (error instanceof AlreadyLinked) throw refusal('external_login_expired', provider, context, LOGIN_PAGE)
    throw error
  }
}

const expired = ({ client }: Context) => {
  const errors = { non_field_errors: ['sign_up_expired'] }
  return new ValidationFailed(errors, client === 'browser' ? LOGIN_PAGE : undefined)
}

function create(
  pending: PendingSignUp,
  provider: ReadyProvider,
  { name, phone, email, username }: CompleteSignUpInput & { email: string; username: string },
  context: Context,
): Promise<Result> {
  const { now } = context
  const { identity } = pending
  const isVerified = identity.emailVerified && identity.email === email
  return database().$transaction(async (tx) => {
    if (!(await consumePendingSignUp(tx, pending, now))) throw expired(context)
    const account = { name, email, phone, username, passwordHash: makeUnusablePassword(), ...(isVerified && { emailVerifiedAt: now }) }
    const user = await createUser(tx, account, now)
    const linked = await linkExternalAccount(tx, user, provider, identity, { by: 'sign_up' }, context)
    await recordEvent(tx, 'signed_up', { actorId: user.id, subjectId: user.id, detail: { method: 'external' } }, context)
    if (!isVerified && settings().EMAIL_VERIFICATION !== 'none') await enqueueVerificationEmail(tx, user, now)
    const external = { user, amr: ['fed' as const], credentialId: String(linked.id) }
    const login = await completeSignUp(tx, user, context, external, pending.remember)
    if (login.status === 'pending') return pendingResult(login, pending.next)
    const created = { status: 201, headers: { Location: '/api/accounts/me/' } }
    return { ...sessionResult('User registered successfully', login), ...created, redirect: pending.next ?? AFTER_LOGIN }
  })
}
