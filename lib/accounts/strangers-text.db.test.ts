/** RS-8: nothing that a stranger enters or sends appears in the text of an email to another person. */
import fc from 'fast-check'
import { Secret, TOTP } from 'otpauth'
import { afterAll, expect, it, vi } from 'vitest'
import { database } from '../db/client.ts'
import type { AuthenticatedContext, Context } from '../http/endpoint.ts'
import { contextAt } from '../http/testing/context.ts'
import { renderSecrets } from '../mail/deliver-outbox.ts'
import { EMAIL_TYPES } from '../mail/email-types.ts'
import { hashingPool } from '../passwords/pool.ts'
import { revokeReusedRefreshToken } from '../sessions/revoke-reused-refresh-token.ts'
import { settings } from '../settings.ts'
import { deletePermanently } from '../users/delete-account.ts'
import { findUserByEmail } from '../users/user.ts'
import { deleteAccount } from './account-deletion/delete-account.ts'
import { confirmEmailChange } from './email-change/confirm-email-change.ts'
import { requestEmailChange } from './email-change/request-email-change.ts'
import { undoEmailChange } from './email-change/undo-email-change.ts'
import { requestEmailLogin } from './email-login/request-email-login.ts'
import { linkExternalAccount, unlinkExternalAccount } from './external-accounts/link.ts'
import { logIn } from './login/endpoints.ts'
import { addPasskey, beginPasskey, removePasskey, renamePasskey } from './passkeys/passkeys.ts'
import { type CreationOptions, newAuthenticator } from './passkeys/testing/authenticator.ts'
import { changePassword } from './password-change/endpoints.ts'
import { requestPasswordReset } from './password-reset/request-password-reset.ts'
import { finishLogin } from './second-factor/finish-login.ts'
import { beginAuthenticator, confirmAuthenticator, removeAuthenticator, replaceCodes } from './second-factor/second-factor.ts'
import { checkAvailability } from './signup/endpoints.ts'
import { signUp } from './signup/sign-up.ts'

// Before the settings are read.
vi.hoisted(() => {
  process.env.EMAIL_LOGIN = 'link'
})

afterAll(() => hashingPool().close())

const NOW = new Date('2026-11-24T10:00:00Z')
const PASSWORD = 'harbour lantern quartz 9'
/** In every text of the stranger's. */
const CANARY = 'evilcanary'
/** Types of which no stranger's request is part: staff or a counter cause them. */
const WITHOUT_REQUEST = ['invitation', 'login_attempts', 'second_factor_attempts', 'phone_taken']

let serial = 0

/** Everything that who has taken an account over can do to its credentials, each of which is told to its address. */
async function changeCredentials(email: string, signedIn: () => Promise<AuthenticatedContext>, context: Context): Promise<void> {
  await database().user.update({ where: { email }, data: { emailVerifiedAt: NOW } })
  const { secret } = (await beginAuthenticator({}, await signedIn())).body as { secret: string }
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: NOW.getTime() })
  const added = (await confirmAuthenticator({ code }, await signedIn())).body as { recovery_codes: [string, string] }
  const { ticket } = (await logIn({ email, password: PASSWORD }, context)).body as { ticket: string }
  await finishLogin({ ticket, code: added.recovery_codes[0] }, context)
  const replaced = (await replaceCodes({ code: added.recovery_codes[1] }, await signedIn())).body as { recovery_codes: [string] }
  await removeAuthenticator({ code: replaced.recovery_codes[0] }, await signedIn())
  const authenticator = newAuthenticator(settings().APP_URL.origin)
  const asked = (await beginPasskey({}, await signedIn())).body as { public_key: CreationOptions }
  const credential = JSON.stringify(authenticator.create(asked.public_key))
  const passkey = (await addPasskey({ credential }, await signedIn())).body as { id: number }
  const ofPasskey = async () => ({ ...(await signedIn()), params: { id: String(passkey.id) } })
  await renamePasskey({ name: CANARY }, await ofPasskey())
  await removePasskey({}, await ofPasskey())
  const { principal } = await signedIn()
  const identity = {
    issuer: 'https://id.example',
    subject: CANARY,
    email: `${CANARY}@example.com`,
    emailVerified: true,
    name: CANARY,
  }
  const { id } = await database().$transaction((tx) =>
    linkExternalAccount(tx, principal.user, { id: 'work', name: 'Work', client: null as never }, identity, { by: 'owner' }, context),
  )
  await unlinkExternalAccount(id, principal, context)
  await database().user.update({ where: { email }, data: { emailVerifiedAt: null } })
}

/**
 * Everything that a stranger who signed up with another person's email can cause to be sent there.
 * @param collect reads the emails: the account's go with it when it is deleted
 */
async function abuse(victim: string, name: string, context: Context, collect: () => Promise<void>): Promise<void> {
  const own = `${CANARY}.unlock.at.${CANARY}.example-${serial}@${CANARY}.example`
  const fields = { name, email: victim, phone: `${CANARY}${serial}`.slice(0, 20), password: PASSWORD, confirm_password: PASSWORD }
  await signUp(fields, context)
  const current = async () => {
    const user = (await findUserByEmail(victim)) ?? (await findUserByEmail(own))
    if (!user) throw new Error('no account')
    return user
  }
  const signedIn = async (): Promise<AuthenticatedContext> => {
    const claims = { type: 'access', jti: 't', iat: null, exp: 0, refreshExp: null, sid: null, extra: {} } as const
    const user = await current()
    return { ...context, principal: { user, claims: { ...claims, userId: user.id }, via: 'header', extendedToken: null } }
  }
  await logIn({ email: victim, password: PASSWORD }, { ...context, clientIp: '198.51.100.7' })
  const session = await database().session.findFirstOrThrow({ where: { userId: (await current()).id, endedAt: null } })
  await revokeReusedRefreshToken(session.id, context)
  await requestPasswordReset({ email: victim }, context)
  await changeCredentials(victim, signedIn, context)
  await changePassword({ current_password: PASSWORD, password: `${PASSWORD}x`, confirm_password: `${PASSWORD}x` }, await signedIn())
  await requestEmailChange({ email: own, password: `${PASSWORD}x` }, await signedIn())
  const token = async (recipient: string, kind: string) => {
    const row = await database().outboxMail.findFirstOrThrow({ where: { recipient, kind }, orderBy: { id: 'desc' } })
    return /token=([\w-]{43})/.exec((await renderSecrets(row, NOW))?.text ?? '')?.[1] ?? ''
  }
  await confirmEmailChange({ token: await token(own, 'email_change'), password: `${PASSWORD}x` }, context)
  await checkAvailability(fields, context)
  await undoEmailChange({ token: await token(victim, 'email_changed') }, context)
  await signUp({ ...fields, email: `second-${victim}`, phone: `s${CANARY}${serial}` }, context)
  const second = await database().user.findUniqueOrThrow({ where: { email: `second-${victim}` } })
  await requestEmailLogin({ email: second.email }, context)
  await database().user.update({ where: { id: second.id }, data: { isStaff: true } })
  await requestEmailLogin({ email: second.email }, context)
  const asSecond: AuthenticatedContext = { ...context, principal: { ...(await signedIn()).principal, user: second } }
  await requestEmailChange({ email: victim, password: PASSWORD }, asSecond)
  await database().user.update({ where: { email: victim }, data: { password: second.password } })
  await deleteAccount({ password: PASSWORD, confirmation: 'DELETE' }, await signedIn())
  await requestPasswordReset({ email: victim }, context)
  await collect()
  const user = await current()
  await database().$transaction((tx) => deletePermanently(tx, user, user.id, context))
}

it('neither names, phone numbers, addresses nor User-Agents of a stranger reach an email to a victim', async () => {
  const types = new Set<string>()
  const text = fc.oneof(
    fc.constant(`Your account was locked. Unlock it at https://${CANARY}.example/1`),
    fc.string({ unit: 'binary', maxLength: 60 }).map((noise) => `${CANARY} ${noise} ${CANARY}`),
  )
  await fc.assert(
    fc.asyncProperty(text, text, async (name, agent) => {
      serial += 1
      const victim = `victim-${serial}@example.com`
      const userAgent = `${agent}/1 ${CANARY} x`
      const ids = (await database().outboxMail.findFirst({ orderBy: { id: 'desc' } }))?.id ?? 0
      const emails = new Map<number, { kind: string; words: string }>()
      const collect = async () => {
        const rows = await database().outboxMail.findMany({ where: { id: { gt: ids }, recipient: { endsWith: victim } } })
        for (const { id, kind, subject, text: plain, html, messageId } of rows)
          emails.set(id, { kind, words: `${subject}${plain}${html}${messageId}` })
      }
      const context = contextAt(NOW, { userAgent })
      await abuse(victim, name.replaceAll('\0', '').toWellFormed().slice(0, 255), context, collect)
      await collect()
      for (const { kind, words } of emails.values()) {
        types.add(kind)
        expect(words.toLowerCase(), kind).not.toContain(CANARY)
      }
    }),
    { numRuns: 4 },
  )
  const missing = EMAIL_TYPES.filter((kind) => !types.has(kind) && !WITHOUT_REQUEST.includes(kind))
  expect(missing, 'these went to the address of the stranger').toEqual(['email_change', 'email_change_undone'])
}, 180_000)
