/** Who proves the mailbox or the password of a closed account is told and led back; strangers learn nothing. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { database, type User } from '../../db/client.ts'
import { message } from '../../http/messages.ts'
import { contextAt, contextOf } from '../../http/testing/context.ts'
import { renderSecrets } from '../../mail/deliver-outbox.ts'
import { makePassword } from '../../passwords/hash.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { countHashes } from '../../passwords/testing/count-hashes.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { deleteAccount } from '../account-deletion/delete-account.ts'
import { logIn } from '../login/endpoints.ts'
import { checkAvailability } from '../signup/endpoints.ts'
import { obtainTokenPair } from '../token-obtain/endpoints.ts'
import { confirmPasswordReset } from './confirm-password-reset.ts'
import { requestPasswordReset } from './request-password-reset.ts'
import { findResetLink } from './reset-link.ts'

const NOW = new Date('2026-11-24T10:00:00Z')
const DUE = '2026-12-08T10:00:00.000Z'
const PASSWORD = 'Corr3ct-horse-battery'
const NEW = 'harbour lantern quartz 9'
const at = (seconds = 0) => contextAt(new Date(NOW.getTime() + seconds * 1000))

let hash = ''
beforeAll(async () => {
  hash = await makePassword(PASSWORD)
})
afterAll(() => hashingPool().close())

let user: User
beforeEach(async () => {
  user = await newUser({ password: hash })
  await deleteAccount({ password: PASSWORD, confirmation: 'DELETE' }, contextOf(user, NOW))
}, 30_000)

const emailsTo = (recipient: string, kind: string) => database().outboxMail.findMany({ where: { recipient, kind }, orderBy: { id: 'asc' } })
const errorOf = (done: Promise<unknown>) =>
  done.then(
    () => null,
    (error: unknown) => error,
  )
async function resetToken(): Promise<string> {
  const email = (await emailsTo(user.email, 'password_reset')).at(-1)
  const { text } = (email && (await renderSecrets(email, NOW))) ?? { text: '' }
  return /\/password-reset\/confirm\?token=([\w-]{43})/.exec(text)?.[1] ?? 'none'
}
const choose = (token: string, seconds = 1) => errorOf(confirmPasswordReset({ token, password: NEW, confirm_password: NEW }, at(seconds)))
const current = () => database().user.findUniqueOrThrow({ where: { id: user.id } })

describe('a closed account', () => {
  it('is named as such to the right password, in the shapes that failed logins have', async () => {
    const input = { email: user.email, password: PASSWORD }
    expect(await errorOf(logIn(input, at()))).toMatchObject({ errors: { non_field_errors: [`account_closed:${DUE}`] } })
    const detail = 'This account is closed and will be deleted on 8 December 2026 at 10:00 UTC. Reset the password to restore it.'
    expect(message(`account_closed:${DUE}`)).toBe(detail)
    expect(await errorOf(obtainTokenPair(input, at()))).toMatchObject({ status: 401, body: { detail, code: 'account_closed' } })
    const events = await database().auditEvent.findMany({ where: { subjectId: user.id, event: 'login_failed' } })
    expect(events.map(({ detail: text }) => JSON.parse(text))).toEqual([{ reason: 'account_closed' }, { reason: 'account_closed' }])
    expect(await database().session.count({ where: { userId: user.id, endedAt: null } })).toBe(0)
  })

  it('is nothing but a wrong password to another one, for as many hashes as ever', async () => {
    const hashes = await countHashes(async () => {
      const error = await errorOf(logIn({ email: user.email, password: 'wrong' }, at()))
      expect(error).toMatchObject({ errors: { non_field_errors: ['invalid_credentials'] } })
    })
    expect(hashes).toBe(1)
  })

  it('is answered like a wrong password when it is due, or when staff have shut its owner out', async () => {
    const wrong = { errors: { non_field_errors: ['invalid_credentials'] } }
    expect(await errorOf(logIn({ email: user.email, password: PASSWORD }, at(14 * 86_400)))).toMatchObject(wrong)
    await database().oneTimeToken.updateMany({ where: { userId: user.id }, data: { voidedAt: NOW } })
    expect(await errorOf(logIn({ email: user.email, password: PASSWORD }, at()))).toMatchObject(wrong)
  })

  it('comes back with a reset: the link restores it, verifies the address and ends what was before (SU-5)', async () => {
    const answers = [
      await requestPasswordReset({ email: user.email }, at()),
      await requestPasswordReset({ email: 'none@example.com' }, at()),
    ]
    expect(answers[0]?.body).toEqual(answers[1]?.body)
    expect((await emailsTo(user.email, 'password_reset'))[0]?.subject).toBe('Restore your Latchkey account')
    const token = await resetToken()
    expect(await choose(token)).toBeNull()
    expect(await current()).toMatchObject({ isActive: true, deletionDueAt: null, emailVerifiedAt: at(1).now })
    expect(await errorOf(logIn({ email: user.email, password: PASSWORD }, at(2))), 'the old password').not.toBeNull()
    expect(await errorOf(logIn({ email: user.email, password: NEW }, at(2)))).toBeNull()
    expect(await database().oneTimeToken.count({ where: { userId: user.id, usedAt: null, voidedAt: null } }), 'no link is left').toBe(0)
  })

  it('does not come back when it is due or gone', async () => {
    await requestPasswordReset({ email: user.email }, at())
    const token = await resetToken()
    await database().user.update({ where: { id: user.id }, data: { deletionDueAt: at(60).now } })
    expect(await findResetLink(token, at(60).now)).toBe('token_replaced')
    expect(await choose(token, 60)).toMatchObject({ errors: { token: ['token_replaced'] } })
  })

  it('a sign-up with its address is answered as ever, and mails its owner the way back, not more often than allowed', async () => {
    const input = { name: 'N', email: user.email, phone: `other-${user.id}`, password: NEW, confirm_password: NEW }
    for (let count = 0; count < 8; count++) expect(await checkAvailability(input, at())).toEqual({ email: ['unique:email'] })
    expect(await emailsTo(user.email, 'password_reset')).toHaveLength(5)
    expect(await choose(await resetToken())).toBeNull()
  })

  it('an incomplete sign-up mails nothing', async () => {
    await checkAvailability({ email: user.email }, at())
    expect(await emailsTo(user.email, 'password_reset')).toHaveLength(0)
  })
})
