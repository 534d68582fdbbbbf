import { afterAll, describe, expect, it } from 'vitest'
import { database } from '../../db/client.ts'
import { contextAt } from '../../http/testing/context.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { countHashes } from '../../passwords/testing/count-hashes.ts'
import { findOneTimeToken, secretsForEmail } from '../../tokens/one-time-token.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { pendingSignupOf } from '../email-verification/pending-signup.ts'
import { checkAvailability } from './endpoints.ts'
import { signUp } from './sign-up.ts'

process.env.EMAIL_VERIFICATION = 'mandatory'
afterAll(() => hashingPool().close())

const NOW = new Date('2026-11-24T12:00:00Z')
let serial = 0
const input = (more: Partial<Parameters<typeof signUp>[0]> = {}) => {
  serial++
  const password = `harbour lantern ${serial}`
  return { name: `N${serial}`, email: `n${serial}@example.com`, phone: `p${serial}`, password, confirm_password: password, ...more }
}
const emailsTo = (recipient: string) => database().outboxMail.findMany({ where: { recipient }, orderBy: { id: 'asc' } })

describe('SU-6: where the email address must be verified', () => {
  it('every sign-up costs one hash and gets one answer: new, waiting, confirmed, inactive, taken phone', async () => {
    const confirmed = await newUser({ emailVerifiedAt: NOW })
    const waiting = await newUser()
    const inactive = await newUser({ isActive: false })
    const cases = [
      input(),
      input({ email: waiting.email }),
      input({ email: confirmed.email }),
      input({ email: inactive.email }),
      input({ phone: confirmed.phone }),
    ]
    for (const client of ['api', 'browser'] as const) {
      for (const one of cases) {
        const hashes = await countHashes(async () => {
          expect(await checkAvailability(one, contextAt(NOW))).toEqual({})
          const { setCookies, ...answer } = await signUp(one, contextAt(NOW, { client }))
          expect(answer).toEqual({
            body: { detail: 'We’ve sent you an email. Open the link in it to continue.' },
            redirect: '/verify-email',
            flash: { status: null },
          })
          expect(setCookies?.map((cookie) => cookie.split('=')[0])).toEqual(['latchkey_signup', 'latchkey_link'])
        })
        expect(hashes).toBe(1)
      }
    }
    const kinds = await Promise.all(cases.map(async ({ email }) => (await emailsTo(email)).map(({ kind }) => kind)))
    expect(kinds).toEqual([
      ['email_verification', 'email_verification'],
      ['email_verification', 'email_verification'],
      ['already_registered', 'already_registered'],
      ['already_registered', 'already_registered'],
      ['phone_taken', 'phone_taken'],
    ])
  })

  it('a number that is another’s in any spelling is told to the mailbox alone; for the API each text is its own', async () => {
    await newUser({ phone: '+44 20 7946 0958' })
    const [onPage, byApi] = [input({ phone: '+442079460958' }), input({ phone: '(+44) 2079460958' })]
    expect(await checkAvailability(onPage, contextAt(NOW, { ownPage: true }))).toEqual({})
    await signUp(onPage, contextAt(NOW, { client: 'browser', ownPage: true }))
    await signUp(byApi, contextAt(NOW))
    expect((await emailsTo(onPage.email)).map(({ kind }) => kind)).toEqual(['phone_taken'])
    expect((await emailsTo(byApi.email)).map(({ kind }) => kind)).toEqual(['email_verification'])
  })

  it('the email goes to the address as its account spells it (SU-2)', async () => {
    const { email } = await newUser({ email: 'Shouting@Example.COM', emailVerifiedAt: NOW })
    await signUp(input({ email: 'shouting@example.com' }), contextAt(NOW))
    expect(await emailsTo(email)).toHaveLength(1)
    expect(await emailsTo('shouting@example.com')).toHaveLength(0)
  })

  it('no email repeats what the stranger entered', async () => {
    const evil = input({ name: 'Win a prize at evil.example' })
    await signUp(evil, contextAt(NOW, { userAgent: 'evil.example/1.0' }))
    const [message] = await emailsTo(evil.email)
    expect(`${message?.subject}${message?.text}${message?.html}`).not.toContain('evil.example')
  })

  it('the first sign-up makes the row; later ones leave it alone and travel in their own tokens (SU-5)', async () => {
    const [first, second] = [input(), input()]
    await signUp(first, contextAt(NOW))
    const before = await database().user.findUniqueOrThrow({ where: { email: first.email } })
    await signUp({ ...second, email: first.email }, contextAt(NOW))
    expect(await database().user.findUniqueOrThrow({ where: { email: first.email } })).toEqual(before)
    expect(before).toMatchObject({ name: first.name, isActive: true, emailVerifiedAt: null })
    const names: (string | undefined)[] = []
    for (const { oneTimeTokenId } of await emailsTo(first.email)) {
      const secrets = await secretsForEmail(oneTimeTokenId ?? 0, NOW)
      const found = await findOneTimeToken('email_verification', secrets?.token ?? '', NOW)
      if (typeof found !== 'string') names.push(pendingSignupOf(found.row)?.name)
    }
    expect(names).toEqual([first.name, second.name])
    expect(await database().session.count({ where: { userId: before.id } })).toBe(0)
    expect(await database().auditEvent.count({ where: { subjectId: before.id, event: 'signed_up' } })).toBe(2)
  })
})
