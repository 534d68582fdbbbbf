import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { database, type OutboxMail } from '../db/client.ts'
import { startMailbox } from '../http/testing/mailbox.ts'
import { settings } from '../settings.ts'
import { invalidateOneTimeTokens, issueOneTimeToken } from '../tokens/one-time-token.ts'
import { newUser } from '../users/testing/new-user.ts'
import { backoff, deliverDue, LEASE } from './deliver-outbox.ts'
import { enqueueEmail, type OutboxEntry } from './outbox.ts'
import { type OutgoingMail, type Send, smtpTransport } from './transport.ts'

const mailbox = await startMailbox()
process.env.SMTP_URL = mailbox.url
afterAll(() => mailbox.stop())

const START = new Date('2026-11-24T12:00:00Z')
const at = (milliseconds: number) => () => new Date(START.getTime() + milliseconds)
const minutes = (count: number) => count * 60_000

beforeEach(async () => {
  await database().outboxMail.deleteMany()
  await database().throttleCounter.deleteMany()
  mailbox.refuseWith = 0
  mailbox.received.length = 0
})

async function post(more: Partial<OutboxEntry> = {}): Promise<number> {
  const content = { subject: 'Subject', preheader: 'Before', heading: 'Heading', paragraphs: ['Text.'], closing: 'End.' }
  await database().$transaction((tx) =>
    enqueueEmail(tx, { kind: 'password_changed', recipient: 'ada@example.com', userId: null, content, ...more }, START),
  )
  return (await database().outboxMail.findFirstOrThrow({ orderBy: { id: 'desc' } })).id
}

const row = (id: number): Promise<OutboxMail> => database().outboxMail.findUniqueOrThrow({ where: { id } })

/** A transport that keeps what it is given. */
function recorder(): { send: Send; sent: OutgoingMail[] } {
  const sent: OutgoingMail[] = []
  return {
    sent,
    send: async (mail) => {
      sent.push(mail)
    },
  }
}

const refusal = (responseCode: number, code = 'EENVELOPE') => Object.assign(new Error('refused'), { code, responseCode })

describe('an email is sent once', () => {
  it('and not again', async () => {
    const { send, sent } = recorder()
    const id = await post()
    expect(await deliverDue(send, at(0))).toBe(1)
    expect(await deliverDue(send, at(minutes(1)))).toBe(0)
    expect(sent).toHaveLength(1)
    expect(await row(id)).toMatchObject({ attempts: 1, leaseId: null, failedAt: null, lastError: null, sentAt: START })
  })

  it('by one of eight concurrent mail workers', async () => {
    const { send, sent } = recorder()
    for (let count = 0; count < 5; count++) await post({ recipient: `${count}@example.com` })
    const taken = await Promise.all(Array.from({ length: 8 }, () => deliverDue(send, at(0))))
    expect(taken.reduce((sum, count) => sum + count)).toBe(5)
    expect(sent.map(({ recipient }) => recipient).sort()).toEqual([0, 1, 2, 3, 4].map((count) => `${count}@example.com`))
  })

  it('by another mail worker after the first died while sending, once the lease has expired', async () => {
    const id = await post()
    let fail: (error: Error) => void = () => {}
    let begun = () => {}
    const under = new Promise<void>((resolve) => {
      begun = resolve
    })
    const hanging: Send = () =>
      new Promise((_, reject) => {
        fail = reject
        begun()
      })
    const dying = deliverDue(hanging, at(0))
    await under
    const { send, sent } = recorder()
    expect(await deliverDue(send, at(LEASE - 1))).toBe(0)
    expect(await deliverDue(send, at(LEASE))).toBe(1)
    // The first was only slow: what it has to say counts no more.
    fail(refusal(550))
    await dying
    expect(sent).toHaveLength(1)
    expect(await row(id)).toMatchObject({ attempts: 2, failedAt: null, lastError: null, sentAt: at(LEASE)() })
  })
})

describe('what the mail server says', () => {
  it('a temporary refusal is tried again later and later, and ends well', async () => {
    const id = await post()
    let now = 0
    for (let attempt = 1; attempt <= 4; attempt++) {
      expect(await deliverDue(() => Promise.reject(refusal(451)), at(now))).toBe(1)
      const { nextAttemptAt, failedAt, lastError } = await row(id)
      const wait = nextAttemptAt.getTime() - at(now)().getTime()
      expect([failedAt, lastError]).toEqual([null, 'EENVELOPE 451'])
      expect(wait).toBeGreaterThanOrEqual(1000 * 2 ** (attempt - 1))
      expect(wait).toBeLessThan(1200 * 2 ** (attempt - 1))
      expect(await deliverDue(recorder().send, at(now + wait - 1))).toBe(0)
      now += wait
    }
    const { send, sent } = recorder()
    await deliverDue(send, at(now))
    expect(sent).toHaveLength(1)
    expect(await row(id)).toMatchObject({ attempts: 5, lastError: null })
  })

  it('a refusal for good makes a dead email, which is seen and never tried again', async () => {
    const id = await post()
    await deliverDue(() => Promise.reject(refusal(550)), at(0))
    expect(await row(id)).toMatchObject({ failedAt: START, sentAt: null, lastError: 'EENVELOPE 550' })
    expect(await deliverDue(recorder().send, at(minutes(60)))).toBe(0)
  })

  it.each([
    ['a refused login', refusal(535, 'EAUTH')],
    ['no connection', refusal(0, 'ECONNECTION')],
    ['a server that is shutting down', refusal(421, 'EENVELOPE')],
  ])('%s is ours to mend: the email waits', async (_what, error) => {
    const id = await post()
    await deliverDue(() => Promise.reject(error), at(0))
    expect(await row(id)).toMatchObject({ failedAt: null, sentAt: null })
  })

  it('after three days of trying an email fails for good', async () => {
    const id = await post()
    await deliverDue(() => Promise.reject(refusal(451)), at(3 * 86_400_000 + 1))
    expect((await row(id)).failedAt).not.toBeNull()
  })

  it('the wait grows to ten minutes and a fifth, never beyond', () => {
    for (const attempts of [1, 5, 11, 40, 1000]) {
      expect(backoff(attempts)).toBeGreaterThanOrEqual(Math.min(600_000, 1000 * 2 ** (attempts - 1)))
      expect(backoff(attempts)).toBeLessThanOrEqual(720_000)
    }
  })
})

describe('an email with a link', () => {
  const withToken = async (lifetime = 3600) => {
    const user = await newUser()
    const content = {
      subject: 'S',
      preheader: 'P',
      heading: 'H',
      paragraphs: [],
      closing: 'E',
      action: { label: 'Go', page: '/verify-email', withToken: true },
      code: 'Code',
    }
    const oneTimeTokenId = await database().$transaction((tx) => issueOneTimeToken(tx, user, 'email_verification', lifetime, START))
    return { user, id: await post({ issueToken: async () => oneTimeTokenId, content, userId: user.id, recipient: user.email }) }
  }

  it('gets its secrets on the way out; the outbox never holds them', async () => {
    const { send, sent } = recorder()
    const { id } = await withToken()
    await deliverDue(send, at(0))
    const token = /token=([\w-]{43})$/m.exec(sent[0]?.text ?? '')?.[1] ?? 'none'
    expect(sent[0]?.html).toContain(`?token=${token}"`)
    expect(sent[0]?.text).toMatch(/^Code: \d{6}$/m)
    expect(JSON.stringify(await row(id))).not.toContain(token)
  })

  it('is not sent when the link was replaced, has expired, or is gone with its account', async () => {
    const { send, sent } = recorder()
    const [replaced, expired, gone] = [await withToken(), await withToken(60), await withToken()]
    await database().$transaction((tx) => invalidateOneTimeTokens(tx, replaced.user.id, ['email_verification'], START))
    await database().user.delete({ where: { id: gone.user.id } })
    await deliverDue(send, at(61_000))
    expect(sent).toEqual([])
    for (const { id } of [replaced, expired, gone])
      expect(await row(id)).toMatchObject({ sentAt: null, lastError: 'its link does not count any more' })
  })
})

describe('over SMTP', () => {
  const smtp = () => smtpTransport() as Send

  it('RS-8: a name with line breaks adds no header and no recipient; text and HTML are both there', async () => {
    const hostile = 'x\r\nBcc: eve@example.com\r\n\r\n<img src=//e>'
    await post({
      recipient: 'bob@example.com',
      content: { subject: hostile, preheader: hostile, heading: hostile, paragraphs: [hostile], closing: hostile },
    })
    await deliverDue(smtp(), at(0))
    const mail = await mailbox.waitFor('bob@example.com')
    expect(mailbox.received).toHaveLength(1)
    expect(mail.recipients).toEqual(['bob@example.com'])
    const head = mail.raw.slice(0, mail.raw.indexOf('\r\n\r\n'))
    expect(head).not.toMatch(/^Bcc:/im)
    expect(head.match(/^To: .*$/gim)).toEqual(['To: bob@example.com'])
    expect(head).toMatch(/^Auto-Submitted: auto-generated$/im)
    expect(mail.html).toContain('&lt;img src=//e&gt;')
    expect(mail.text).toContain('<img src=//e>')
    expect(mail.parsed.from?.text).toBe(settings().MAIL_FROM)
  })

  it('an address that reads like several goes to one mailbox, or to none', async () => {
    const id = await post({ recipient: 'bob@example.com, eve@example.com' })
    await deliverDue(smtp(), at(0))
    expect(mailbox.received.flatMap(({ recipients }) => recipients)).not.toContain('eve@example.com')
    expect((await row(id)).attempts).toBe(1)
  })

  it('a real 550 makes a dead email, a real 451 a second attempt', async () => {
    const lost = await post({ recipient: 'lost@example.com' })
    mailbox.refuseWith = 550
    await deliverDue(smtp(), at(0))
    expect(await row(lost)).toMatchObject({ sentAt: null, lastError: 'EENVELOPE 550' })
    expect((await row(lost)).failedAt).not.toBeNull()
    const later = await post({ recipient: 'later@example.com' })
    mailbox.refuseWith = 451
    await deliverDue(smtp(), at(0))
    expect((await row(later)).failedAt).toBeNull()
    mailbox.refuseWith = 0
    await deliverDue(smtp(), at(minutes(1)))
    await mailbox.waitFor('later@example.com')
    expect(mailbox.to('lost@example.com')).toEqual([])
  })

  it('a mail that is sent twice, after a crash, is one to mail programs: its Message-ID stays', async () => {
    const id = await post({ recipient: 'twice@example.com' })
    await deliverDue(smtp(), at(0))
    await database().outboxMail.update({ where: { id }, data: { sentAt: null } })
    await deliverDue(smtp(), at(LEASE))
    const ids = [await mailbox.waitFor('twice@example.com'), await mailbox.waitFor('twice@example.com', 2)]
    expect(new Set(ids.map(({ parsed }) => parsed.messageId))).toEqual(new Set([(await row(id)).messageId]))
  })
})
