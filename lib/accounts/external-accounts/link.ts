/** Which accounts of identity providers open an account here. */
import { type AuditSource, recordEvent } from '../../audit/audit.ts'
import type { ExternalIdentity, ReadyProvider } from '../../authentication/external-identity.ts'
import { readyProviders } from '../../authentication/identity-provider.ts'
import { requireOtherWayIn } from '../../authentication/sign-in-methods.ts'
import { database, type ExternalAccount, lockUser, type Transaction, type User, uniqueViolation } from '../../db/client.ts'
import { ApiError } from '../../errors.ts'
import { enqueueEmail } from '../../mail/outbox.ts'
import type { Principal } from '../../sessions/principal.ts'
import { revokeSession, splitAmr } from '../../sessions/session.ts'
import { providerName } from '../../users/provider-name.ts'
import { linkedEmail, unlinkedEmail } from './emails.ts'

/** The account at the provider opens another account here. */
export class AlreadyLinked extends Error {}

export const findExternalAccount = ({ issuer, subject }: Pick<ExternalIdentity, 'issuer' | 'subject'>) =>
  database().externalAccount.findUnique({ where: { issuer_subject: { issuer, subject } }, include: { user: true } })

/**
 * Links an account at a provider, records it and tells the owner.
 * @param tx a transaction that is rolled back when this throws
 * @throws AlreadyLinked where it opens any account
 */
export async function linkExternalAccount(
  tx: Transaction,
  user: Pick<User, 'id' | 'email'>,
  { name }: ReadyProvider,
  { issuer, subject, email }: ExternalIdentity,
  { by, sessionId = null }: { by: 'owner' | 'verified_email' | 'sign_up'; sessionId?: string | null },
  source: AuditSource,
): Promise<ExternalAccount> {
  const data = { userId: user.id, issuer, subject, email, createdAt: source.now, lastUsedAt: source.now }
  const linked = await tx.externalAccount.create({ data }).catch((error: unknown) => {
    throw uniqueViolation(error) === null ? error : new AlreadyLinked()
  })
  const who = { actorId: user.id, subjectId: user.id, sessionId }
  await recordEvent(tx, 'external_account_linked', { ...who, detail: { provider: name, by } }, source)
  if (by !== 'sign_up') {
    const content = linkedEmail(name, source)
    await enqueueEmail(tx, { kind: 'external_account_linked', recipient: user.email, userId: user.id, content }, source.now)
  }
  return linked
}

/**
 * Ends that an account is opened by one at a provider: it and the sessions that it began, but for the one that asks.
 * @throws ApiError 404; 409 where it is the account's last way in (L11)
 */
export async function unlinkExternalAccount(id: number, { user: owner, claims }: Principal, source: AuditSource): Promise<void> {
  await database().$transaction(async (tx) => {
    // Two at once wait for each other here, so that each sees what the other has left.
    const user = await lockUser(tx, owner.id)
    const account = await tx.externalAccount.findFirst({ where: { id, userId: owner.id } })
    if (!user || !account) throw new ApiError(404, { detail: 'Not found.' })
    await requireOtherWayIn(tx, user, { externalAccounts: [id] })
    await tx.externalAccount.delete({ where: { id } })
    await endSessionsOf(tx, account, claims.sid, source.now)
    const name = providerName(account.issuer)
    const who = { actorId: user.id, subjectId: user.id, sessionId: claims.sid }
    await recordEvent(tx, 'external_account_unlinked', { ...who, detail: { provider: name, by: 'owner' } }, source)
    const content = unlinkedEmail(name, source)
    await enqueueEmail(tx, { kind: 'external_account_unlinked', recipient: user.email, userId: user.id, content }, source.now)
  })
}

/** Its logins that wait for a further step end, too. */
async function endSessionsOf(tx: Transaction, { id, userId }: ExternalAccount, except: string | null, now: Date): Promise<void> {
  const waiting = { userId, credentialId: String(id), amr: { contains: 'fed' }, usedAt: null }
  await tx.pendingLogin.updateMany({ where: waiting, data: { usedAt: now } })
  const begun = await tx.session.findMany({ where: { userId, credentialId: String(id), endedAt: null }, select: { id: true, amr: true } })
  for (const session of begun) {
    if (session.id !== except && splitAmr(session.amr ?? '').includes('fed')) await revokeSession(tx, session.id, 'revoked', now)
  }
}

/** The providers that an owner can connect besides. */
export const linkableProviders = (accounts: readonly Pick<LinkedAccount, 'issuer'>[]): ReadyProvider[] =>
  readyProviders().filter(({ client }) => accounts.every(({ issuer }) => issuer !== client.issuer))

/** The providers with which an owner can confirm who they are. */
export const linkedProviders = (accounts: readonly Pick<LinkedAccount, 'issuer'>[]): ReadyProvider[] =>
  readyProviders().filter(({ client }) => accounts.some(({ issuer }) => issuer === client.issuer))

/** What an account's owner sees of one. */
export interface LinkedAccount {
  id: number
  issuer: string
  /** The provider's name. */
  provider: string
  email: string | null
  linkedAt: Date
  lastUsedAt: Date
}

/** In the order in which they were linked. */
export async function listExternalAccounts(userId: number): Promise<LinkedAccount[]> {
  const rows = await database().externalAccount.findMany({ where: { userId }, orderBy: { id: 'asc' } })
  return rows.map(({ id, issuer, email, createdAt, lastUsedAt }) => {
    return { id, issuer, provider: providerName(issuer), email, linkedAt: createdAt, lastUsedAt }
  })
}
