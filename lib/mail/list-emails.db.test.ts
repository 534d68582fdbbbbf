import { describe, expect, it } from 'vitest'
import { database } from '../db/client.ts'
import { invalidateOneTimeTokens, issueOneTimeToken, secretsForEmail } from '../tokens/one-time-token.ts'
import { newUser } from '../users/testing/new-user.ts'
import { getEmail, listEmails, resendEmail } from './list-emails.ts'
import { enqueueEmail } from './outbox.ts'

const NOW = new Date('2026-11-24T10:00:00Z')
const PLAIN = { subject: 'Plain', preheader: 'p', heading: 'h', paragraphs: ['Nothing to press.'], closing: 'c' }
const WITH_LINK = { ...PLAIN, subject: 'With a link', action: { label: 'Go', page: '/somewhere', withToken: true } }
const WITH_BOTH = { ...WITH_LINK, subject: 'With both', code: 'Or type' }

/** Posts an email with a token of its own. */
async function post(content: typeof PLAIN, withToken = true) {
  const user = await newUser()
  const token = withToken && { issueToken: () => issueOneTimeToken(database(), user, 'email_verification', 3600, NOW) }
  await enqueueEmail(database(), { kind: 'email_verification', recipient: user.email, userId: user.id, ...token, content }, NOW)
  const { id, oneTimeTokenId } = await database().outboxMail.findFirstOrThrow({ where: { recipient: user.email } })
  return { id, user, secrets: oneTimeTokenId === null ? null : await secretsForEmail(oneTimeTokenId, NOW) }
}

const giveUp = (id: number) =>
  database().outboxMail.update({ where: { id }, data: { failedAt: NOW, attempts: 7, lastError: 'EENVELOPE 550', leaseId: 'x' } })

describe('an email in the outbox', () => {
  it('is shown with the link and the code that work', async () => {
    const { id, secrets } = await post(WITH_BOTH)
    const message = await getEmail(id, NOW, true)
    expect(message).toMatchObject({ state: 'waiting', attempts: 0, error: null, outdated: false, code: secrets?.code })
    expect(new URL(message?.link ?? '').searchParams.get('token')).toBe(secrets?.token)
    expect(message?.text).toContain(message?.link)
    expect(message?.html).toContain(message?.link)
  })

  it('names no code where it has none, and no link either', async () => {
    expect(await getEmail((await post(WITH_LINK)).id, NOW, true)).toMatchObject({
      code: null,
      link: expect.stringContaining('/somewhere?token='),
    })
    expect(await getEmail((await post(PLAIN, false)).id, NOW, true)).toMatchObject({ code: null, link: null, outdated: false })
  })

  it('keeps both to itself when they are not to be revealed', async () => {
    const { id, secrets } = await post(WITH_BOTH)
    const message = await getEmail(id, NOW, false)
    expect(message).toMatchObject({ code: null, link: null, outdated: false })
    expect(message?.text).toContain('/somewhere?token=[token]')
    expect(JSON.stringify(message)).not.toContain(secrets?.token)
    expect(JSON.stringify(message)).not.toContain(secrets?.code)
  })

  it('says so when its link does not count any more', async () => {
    const { id, user } = await post(WITH_BOTH)
    await invalidateOneTimeTokens(database(), user.id, ['email_verification'], NOW)
    expect(await getEmail(id, NOW, true)).toMatchObject({
      outdated: true,
      link: null,
      code: null,
      text: expect.stringContaining('[token]'),
    })
  })

  it('an unknown id yields null', async () => {
    expect(await getEmail(4_000_000, NOW, true)).toBeNull()
  })
})

describe('the list', () => {
  it('has the newest first, with what became of each', async () => {
    const [sent, failed, waiting] = [await post(PLAIN, false), await post(PLAIN, false), await post(PLAIN, false)]
    await database().outboxMail.update({ where: { id: sent.id }, data: { sentAt: NOW, attempts: 1 } })
    await giveUp(failed.id)
    expect((await listEmails(3)).map(({ id, state, error }) => [id, state, error])).toEqual([
      [waiting.id, 'waiting', null],
      [failed.id, 'failed', 'EENVELOPE 550'],
      [sent.id, 'sent', null],
    ])
    expect(Object.keys((await listEmails(1))[0] ?? {})).not.toContain('text')
  })
})

describe('sending again', () => {
  it('gives an email that failed back to the mail worker', async () => {
    const { id } = await post(WITH_LINK)
    await giveUp(id)
    expect(await resendEmail(id, NOW)).toBeNull()
    expect(await database().outboxMail.findUnique({ where: { id } })).toMatchObject({ failedAt: null, nextAttemptAt: NOW, leaseId: null })
    expect(await resendEmail(id, NOW)).toBe('waiting')
  })

  it('retries an email that waits for its next attempt immediately, unless it is being sent', async () => {
    const [waiting, leased] = [await post(WITH_LINK), await post(WITH_LINK)]
    const later = { attempts: 3, nextAttemptAt: new Date(NOW.getTime() + 60_000) }
    await database().outboxMail.update({ where: { id: waiting.id }, data: later })
    await database().outboxMail.update({ where: { id: leased.id }, data: { ...later, leaseId: 'x' } })
    expect(await resendEmail(waiting.id, NOW)).toBeNull()
    expect(await resendEmail(leased.id, NOW)).toBe('waiting')
    const times = [waiting, leased].map(async ({ id }) => (await database().outboxMail.findUniqueOrThrow({ where: { id } })).nextAttemptAt)
    expect(await Promise.all(times)).toEqual([NOW, later.nextAttemptAt])
  })

  it('is written down with it, or not done at all', async () => {
    const { id } = await post(WITH_LINK)
    await giveUp(id)
    const failing = resendEmail(id, NOW, async () => {
      throw new Error('not written')
    })
    await expect(failing).rejects.toThrow('not written')
    expect(await database().outboxMail.findUnique({ where: { id } })).toMatchObject({ failedAt: NOW })
  })

  it('is refused for an email that was sent, whose link is invalid, or that doesn’t exist', async () => {
    const [sent, dead] = [await post(PLAIN, false), await post(WITH_LINK)]
    await database().outboxMail.update({ where: { id: sent.id }, data: { sentAt: NOW } })
    await giveUp(dead.id)
    await invalidateOneTimeTokens(database(), dead.user.id, ['email_verification'], NOW)
    expect(await resendEmail(sent.id, NOW)).toBe('sent')
    expect(await resendEmail(dead.id, NOW)).toBe('outdated')
    expect(await resendEmail(4_000_000, NOW)).toBe('unknown')
  })
})
