/** Adding, listing, renaming and removing an account's passkeys (PK-4). */
import { recordEvent } from '../../audit/audit.ts'
import { requireOtherWayIn } from '../../authentication/sign-in-methods.ts'
import { creationOptions, requireRpId } from '../../credentials/passkey-options.ts'
import { passkeyProvider } from '../../credentials/passkey-providers.ts'
import { type NewPasskey, verifyNewPasskey } from '../../credentials/passkeys.ts'
import { removePasskeys } from '../../credentials/remove-passkeys.ts'
import { database, lockUser, type Passkey, type Transaction, type User, uniqueViolation } from '../../db/client.ts'
import { ApiError, ValidationFailed } from '../../errors.ts'
import { isId } from '../../fields/choice.ts'
import type { AuthenticatedContext, Context, Result } from '../../http/endpoint.ts'
import { enqueueEmail } from '../../mail/outbox.ts'
import { mustVerifyFirst } from '../second-factor/second-factor.ts'
import { passkeyAddedEmail, passkeyRemovedEmail } from './emails.ts'
import { orFieldError } from './refusals.ts'
import type { AddPasskeyInput } from './schema.ts'

export const PASSKEYS_PAGE = '/settings/security/passkeys'

/** Passkeys of one account. */
const MAX_PASSKEYS = 20

/** What an account's owner sees of a passkey. */
const shown = ({ id, name, credentialId, createdAt, lastUsedAt, backedUp }: Passkey) => ({
  id,
  name,
  credential_id: credentialId,
  created_at: createdAt,
  last_used_at: lastUsedAt,
  synced: backedUp,
})

/** In the order in which they were added, with what a browser is told of them (WebAuthn §5.1.10). @throws ApiError 404 where there can be none */
export async function listPasskeys({ id, name, email }: Pick<User, 'id' | 'name' | 'email'>) {
  const passkeys = await database().passkey.findMany({ where: { userId: id }, orderBy: { id: 'asc' } })
  const user = { id: passkeys[0]?.userHandle ?? null, name: email, display_name: name }
  return { rp_id: requireRpId(), user, passkeys: passkeys.map(shown) }
}

/** @throws ApiError 403: who signed up with someone else's address must not leave a way in behind (SU-5) */
function requireVerified(user: User): void {
  if (mustVerifyFirst(user)) throw new ApiError(403, { detail: 'Confirm your email address first.', code: 'email_not_verified' })
}

/** Recent authentication is a session's. */
const sessionOf = ({ claims: { sid } }: AuthenticatedContext['principal']) => sid as string

/** What a browser is asked to make a passkey with. @throws ApiError 403 where the address is not verified, 404 as requireRpId() */
export async function beginPasskey(_input: unknown, { principal, now }: AuthenticatedContext): Promise<Result> {
  requireVerified(principal.user)
  return { body: { public_key: await creationOptions(principal.user, sessionOf(principal), now) } }
}

/**
 * Adds a passkey that the browser has made, and tells the owner.
 * @throws ValidationFailed on `credential`; ApiError 403 where the address is not verified, 409 where there are too many
 */
export async function addPasskey({ credential, conditional = false }: AddPasskeyInput, context: AuthenticatedContext): Promise<Result> {
  const { principal, now } = context
  requireVerified(principal.user)
  const sid = sessionOf(principal)
  const made = await orFieldError(verifyNewPasskey(credential, { user: principal.user, sid, conditional }, now))
  const added = await database().$transaction(async (tx) => {
    const user = await lockUser(tx, principal.user.id)
    // Another password ends what was begun with the former one.
    if (!user?.isActive || user.password !== principal.user.password) throw new ValidationFailed({ credential: ['passkey_expired'] })
    requireVerified(user)
    const passkey = await store(tx, user, made, now)
    const provider = passkeyProvider(made.aaguid)
    const who = { actorId: user.id, subjectId: user.id, sessionId: sid }
    await recordEvent(tx, 'passkey_added', { ...who, detail: { passkey: passkey.id, provider, conditional } }, context)
    const content = passkeyAddedEmail(provider, context)
    await enqueueEmail(tx, { kind: 'passkey_added', recipient: user.email, userId: user.id, content }, now)
    return passkey
  })
  return { status: 201, body: shown(added) }
}

async function store(tx: Transaction, user: User, made: NewPasskey, now: Date): Promise<Passkey> {
  if ((await tx.passkey.count({ where: { userId: user.id } })) >= MAX_PASSKEYS) {
    throw new ApiError(409, { detail: `An account has at most ${MAX_PASSKEYS} passkeys.`, code: 'too_many_passkeys' })
  }
  const data = { ...made, userId: user.id, name: passkeyProvider(made.aaguid), createdAt: now }
  return tx.passkey.create({ data }).catch((error: unknown) => {
    throw uniqueViolation(error) === null ? error : new ValidationFailed({ credential: ['passkey_exists'] })
  })
}

const notFound = () => new ApiError(404, { detail: 'Not found.' })

function idOf({ params: { id = '' } }: Context): number {
  if (!isId(id)) throw notFound()
  return Number(id)
}

/** @throws ApiError 404 for another account's */
export async function renamePasskey({ name }: { name: string }, context: AuthenticatedContext): Promise<Result> {
  const own = { id: idOf(context), userId: context.principal.user.id }
  await database().passkey.updateMany({ where: own, data: { name } })
  const passkey = await database().passkey.findFirst({ where: own })
  if (!passkey) throw notFound()
  return { body: shown(passkey) }
}

/**
 * Removes a passkey and the sessions that it began, but for the one that asks, and tells the owner.
 * @throws ApiError 404 for another account's; 409 where it is the account's last way in (L11)
 */
export async function removePasskey(_input: unknown, context: AuthenticatedContext): Promise<Result> {
  const { principal, now } = context
  const own = { id: idOf(context), userId: principal.user.id }
  await database().$transaction(async (tx) => {
    const user = await lockUser(tx, principal.user.id)
    const passkey = await tx.passkey.findFirst({ where: own })
    if (!user || !passkey) throw notFound()
    await requireOtherWayIn(tx, user, { passkeys: [passkey.id] })
    await removePasskeys(tx, [passkey], { by: 'owner', actorId: user.id, sessionId: principal.claims.sid }, context)
    const content = passkeyRemovedEmail(passkeyProvider(passkey.aaguid), context)
    await enqueueEmail(tx, { kind: 'passkey_removed', recipient: user.email, userId: user.id, content }, now)
  })
  return { status: 204, body: null }
}
