import { completeLogin, type PendingLogin } from '../../authentication/complete-login.ts'
import type { ExternalIdentity, ReadyProvider } from '../../authentication/external-identity.ts'
import { type Continuation, storePendingSignUp } from '../../authentication/external-login.ts'
import { type Identity, LoginRefused } from '../../authentication/identify.ts'
import { database, lockUser, type Transaction, type User } from '../../db/client.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { settings } from '../../settings.ts'
import { findUserByEmail, isRestorable } from '../../users/user.ts'
import { AFTER_LOGIN } from '../../web/routes.ts'
import { pendingLoginResult, sessionResult } from '../login/endpoints.ts'
import { AlreadyLinked, findExternalAccount, linkExternalAccount } from './link.ts'
import { type Refusal, recordRefusal, refusal } from './refusals.ts'

/** The page that asks for what the provider does not give. */
export const COMPLETE_SIGN_UP_PAGE = '/signup/complete'

/**
 * Signs in who has signed in at a provider. The account is the one that issuer and subject are linked to (OI-3). An address links
 * none, unless both sides have verified it and the settings allow it (OI-4): its owner signs in with what they have and links then.
 * @throws LoginRefused, and the refusals of refusals.ts
 */
export async function logInExternally(
  provider: ReadyProvider,
  identity: ExternalIdentity,
  continuation: Continuation,
  context: Context,
): Promise<Result> {
  const linked = await findExternalAccount(identity)
  if (linked) {
    const { id, user } = linked
    // Asked again in the login's transaction: it may have been unlinked since.
    const claim = async (tx: Transaction) => {
      await lockUser(tx, user.id)
      const data = { lastUsedAt: context.now, email: identity.email }
      return (await tx.externalAccount.updateMany({ where: { id, userId: user.id }, data })).count > 0
    }
    return logIn(provider, { user, amr: ['fed'], credentialId: String(id) }, claim, continuation, context)
  }
  // Whether the address has an account is for its owner alone (SU-6).
  if (settings().EMAIL_VERIFICATION === 'mandatory' && !identity.emailVerified)
    throw refusal('external_email_unverified', provider, context)
  const owner = identity.email === null ? null : await findUserByEmail(identity.email)
  if (owner === null) return askForProfile(provider, identity, continuation, context)
  if (!mayLink(provider, identity, owner)) return refuse('external_account_exists', provider, owner, context)
  const external: Identity = { user: owner, amr: ['fed'], credentialId: null }
  const claim = async (tx: Transaction) => {
    const user = await lockUser(tx, owner.id)
    if (!user || user.email !== owner.email || !mayLink(provider, identity, user)) return false
    external.credentialId = String((await linkExternalAccount(tx, user, provider, identity, { by: 'verified_email' }, context)).id)
    return true
  }
  try {
    return await logIn(provider, external, claim, continuation, context)
  } catch (error) {
    if (error instanceof AlreadyLinked) throw refusal('external_login_failed', provider, context)
    throw error
  }
}

/** Whether an address identifies after all. Never for staff, whom more depends on than on what a provider verifies. */
const mayLink = (
  { client }: ReadyProvider,
  { emailVerified }: ExternalIdentity,
  { emailVerifiedAt, isActive, isStaff, isSuperuser }: User,
) => client.linksVerifiedEmail && emailVerified && emailVerifiedAt !== null && isActive && !isStaff && !isSuperuser

async function logIn(
  provider: ReadyProvider,
  identity: Identity,
  claim: (tx: Transaction) => Promise<boolean>,
  { next, remember }: Continuation,
  context: Context,
): Promise<Result> {
  const { user } = identity
  if (!user.isActive && (await isRestorable(database(), user, context.now))) {
    await recordRefusal('external_account_refused', provider, user.id, context)
    throw new LoginRefused('account_closed', `account_closed:${(user.deletionDueAt as Date).toISOString()}`)
  }
  const login = await completeLogin(identity, { remember, claim }, context)
  if (!login) return refuse('external_account_refused', provider, null, context)
  if (login.status === 'complete') return { ...sessionResult('Login successful', login), redirect: next ?? AFTER_LOGIN }
  return pendingResult(login, next)
}

/** A login that a stage holds back, which leads on to where it was begun. */
export function pendingResult(login: PendingLogin, next: string | null): Result {
  const { redirect, ...pending } = pendingLoginResult(login)
  return { ...pending, redirect: typeof redirect === 'function' ? () => redirect(next) : (redirect ?? AFTER_LOGIN) }
}

/** @param subject the account that it is about; null where that is recorded already, or unknown */
async function refuse(code: Refusal, provider: ReadyProvider, subject: User | null, context: Context): Promise<never> {
  if (subject) await recordRefusal(code, provider, subject.id, context)
  throw refusal(code, provider, context)
}

/** Name and phone number are asked for before there is an account: a provider gives no phone number. */
async function askForProfile(
  provider: ReadyProvider,
  identity: ExternalIdentity,
  continuation: Continuation,
  context: Context,
): Promise<Result> {
  const ticket = await storePendingSignUp(provider.id, identity, continuation, context)
  const detail = 'Complete your profile to finish signing up.'
  const pending = pendingLoginResult({
    status: 'pending',
    ticket,
    challenge: { code: 'profile_incomplete', detail, methods: ['profile'], page: COMPLETE_SIGN_UP_PAGE },
  })
  return { ...pending, redirect: COMPLETE_SIGN_UP_PAGE }
}
