/** Adding and removing an authenticator app, and its recovery codes (MF-3 to MF-5). */
import { recordEvent } from '../../audit/audit.ts'
import { countSecondFactorTry } from '../../authentication/login-limits.ts'
import { type AcceptCode, acceptSecondFactor } from '../../credentials/accept-second-factor.ts'
import { forgetRecoveryCodes, replaceRecoveryCodes } from '../../credentials/recovery-codes.ts'
import { codesLeft, forgetTrustedDevices, hasSecondFactor, removeSecondFactors, secondFactorsOf } from '../../credentials/second-factors.ts'
import { acceptTotpCode, beginTotp, type TotpEnrolment } from '../../credentials/totp.ts'
import { database, lockUser, type Transaction, type User } from '../../db/client.ts'
import { ApiError, ValidationFailed } from '../../errors.ts'
import type { AuthenticatedContext, Context, Result } from '../../http/endpoint.ts'
import type { EmailType } from '../../mail/email-types.ts'
import { enqueueEmail } from '../../mail/outbox.ts'
import type { EmailContent } from '../../mail/render-email.ts'
import { settings } from '../../settings.ts'
import { recoveryCodesReplacedEmail, secondFactorDisabledEmail, secondFactorEnabledEmail } from './emails.ts'
import type { CodeInput } from './schema.ts'

export const AUTHENTICATOR_PAGE = '/settings/security/authenticator'
export const RECOVERY_CODES_PAGE = '/settings/security/recovery-codes'

/** Whether an account cannot add an app or a passkey yet, since no one has shown that its address is theirs (SU-5). */
export const mustVerifyFirst = ({ emailVerifiedAt }: Pick<User, 'emailVerifiedAt'>) =>
  settings().EMAIL_VERIFICATION !== 'none' && emailVerifiedAt === null

/** What the owner has, without any secret. */
export async function readSecondFactor(_input: unknown, { principal }: AuthenticatedContext): Promise<Result> {
  const { device, recoveryCodes } = await secondFactorsOf(principal.user.id)
  const [first] = recoveryCodes
  return {
    body: {
      authenticator: device?.confirmedAt ? { created_at: device.confirmedAt, last_used_at: device.lastUsedAt } : null,
      recovery_codes: first ? { created_at: first.createdAt, total: recoveryCodes.length, left: codesLeft({ recoveryCodes }) } : null,
    },
  }
}

/**
 * Begins to set up an authenticator app. Nothing changes for the account until its first code is entered.
 * @throws ApiError 409 where the account has one; 403 where its address is not verified, so that who signed up with someone
 * else's address cannot prepare a lock for its owner (SU-5)
 */
export const beginAuthenticator = async (_input: unknown, { principal, now }: AuthenticatedContext): Promise<Result> => ({
  body: await beginEnrolment(principal.user, now),
})

/** The same for a login that waits for it. @throws as beginAuthenticator() */
export function beginEnrolment({ id }: Pick<User, 'id'>, now: Date): Promise<TotpEnrolment> {
  return database().$transaction(async (tx) => {
    const user = await lockUser(tx, id)
    if (!user || mustVerifyFirst(user)) {
      throw new ApiError(403, { detail: 'Confirm your email address first.', code: 'email_not_verified' })
    }
    if (await hasSecondFactor(id, tx)) throw alreadyAdded()
    return beginTotp(tx, user, now)
  })
}

export const alreadyAdded = () => new ApiError(409, { detail: 'The account has a second factor already.', code: 'already_added' })

/**
 * Adds the app with its first code, and makes the recovery codes.
 * @returns the codes to an API client; a browser is shown them until their owner has saved them
 * @throws ValidationFailed for a wrong code, and where no app waits for one; Throttled
 */
export async function confirmAuthenticator({ code }: CodeInput, context: AuthenticatedContext): Promise<Result> {
  const { user, claims } = context.principal
  const codes = await finishEnrolment(user, claims.sid, code, context)
  if (codes === null) throw new ValidationFailed({ code: ['second_factor_incorrect'] })
  return { body: { detail: 'The authenticator app has been added.', recovery_codes: codes }, redirect: RECOVERY_CODES_PAGE }
}

/**
 * Adds the app that waits for this code.
 * @param sid the session in which it is done; null for a login that waits for it
 * @returns the recovery codes; null for a wrong code, and where no app waits for one
 * @throws Throttled
 */
export async function finishEnrolment(user: User, sid: string | null, code: string, context: Context): Promise<string[] | null> {
  let codes: string[] | null = null
  await countSecondFactorTry(user, context, () =>
    database().$transaction(async (tx) => {
      await lockUser(tx, user.id)
      const { device } = await secondFactorsOf(user.id, tx)
      if (!device || device.confirmedAt !== null || !(await acceptTotpCode(tx, device, code, context.now))) return false
      codes = await replaceRecoveryCodes(tx, user.id, context.client === 'browser', context.now)
      await forgetTrustedDevices(tx, user.id)
      const who = { actorId: user.id, subjectId: user.id, sessionId: sid }
      await recordEvent(tx, 'second_factor_enabled', { ...who, detail: { method: 'totp' } }, context)
      await email(tx, 'second_factor_enabled', secondFactorEnabledEmail(context), user, context)
      return true
    }),
  )
  return codes
}

/**
 * Removes the app and the recovery codes, by a code of either.
 * @throws ApiError 404 where the account has none; ValidationFailed for a wrong code; Throttled
 */
export async function removeAuthenticator({ code }: CodeInput, context: AuthenticatedContext): Promise<Result> {
  await requireSecondFactor(context)
  const { id } = context.principal.user
  await withCode(code, context, acceptSecondFactor, async (tx) => {
    await removeSecondFactors(tx, id)
    await recordEvent(tx, 'second_factor_disabled', { ...ownerOf(context), detail: { method: 'totp' } }, context)
    await email(tx, 'second_factor_disabled', secondFactorDisabledEmail(context), context.principal.user, context)
  })
  return { status: 204, body: null }
}

/**
 * Makes a new set of recovery codes, by a code of the app or of the old set.
 * @throws as removeAuthenticator()
 */
export async function replaceCodes({ code }: CodeInput, context: AuthenticatedContext): Promise<Result> {
  await requireSecondFactor(context)
  let codes: string[] = []
  const { id } = context.principal.user
  await withCode(code, context, acceptSecondFactor, async (tx) => {
    codes = await replaceRecoveryCodes(tx, id, context.client === 'browser', context.now)
    await forgetTrustedDevices(tx, id)
    await recordEvent(tx, 'recovery_codes_replaced', { ...ownerOf(context), detail: {} }, context)
    await email(tx, 'recovery_codes_replaced', recoveryCodesReplacedEmail(context), context.principal.user, context)
  })
  return { body: { detail: 'The recovery codes have been replaced.', recovery_codes: codes } }
}

/** The owner has saved the codes: they are not shown again. */
export async function saveCodes(_input: unknown, { principal }: AuthenticatedContext): Promise<Result> {
  await database().$transaction((tx) => forgetRecoveryCodes(tx, principal.user.id))
  return { status: 204, body: null }
}

/** Ends what devices are trusted for; without one nothing happens. */
export async function forgetDevices(_input: unknown, context: AuthenticatedContext): Promise<Result> {
  await database().$transaction(async (tx) => {
    const devices = await forgetTrustedDevices(tx, context.principal.user.id)
    if (devices > 0) await recordEvent(tx, 'trusted_devices_forgotten', { ...ownerOf(context), detail: { devices } }, context)
  })
  return { status: 204, body: null }
}

async function requireSecondFactor({ principal }: AuthenticatedContext): Promise<void> {
  if (!(await hasSecondFactor(principal.user.id))) throw new ApiError(404, { detail: 'Not found.' })
}

/**
 * Does something for the account in the transaction that uses a code of it up.
 * @param accept which codes count
 * @throws ValidationFailed on `code`, which is audited; Throttled; what `run` throws, and then the code stays unused
 */
export async function withCode(
  code: string,
  context: AuthenticatedContext,
  accept: AcceptCode,
  run: (tx: Transaction) => Promise<void>,
): Promise<void> {
  const { user } = context.principal
  const done = await countSecondFactorTry(user, context, () =>
    database().$transaction(async (tx) => {
      await lockUser(tx, user.id)
      if ((await accept(tx, user.id, code, context.now)) === null) return false
      await run(tx)
      return true
    }),
  )
  if (done) return
  await recordEvent(
    database(),
    'reauthentication_failed',
    { ...ownerOf(context), outcome: 'failure', detail: { reason: 'wrong_code' } },
    context,
  )
  throw new ValidationFailed({ code: ['second_factor_incorrect'] })
}

const ownerOf = ({ principal: { user, claims } }: AuthenticatedContext) => ({ actorId: user.id, subjectId: user.id, sessionId: claims.sid })

/** Tells the owner. */
const email = (tx: Transaction, kind: EmailType, content: EmailContent, user: User, { now }: Pick<Context, 'now'>) =>
  enqueueEmail(tx, { kind, recipient: user.email, userId: user.id, content }, now)
