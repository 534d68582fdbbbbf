import { describe, expect, it } from 'vitest'
import { database } from '../../db/client.ts'
import { contextOf } from '../../http/testing/context.ts'
import { postLetter } from '../../mail/outbox.ts'
import { startSession } from '../../sessions/session.ts'
import { issueOneTimeToken } from '../../tokens/one-time-token.ts'
import { issueRefreshToken } from '../../tokens/refresh-token.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { exportData } from './export-data.ts'

const NOW = new Date('2026-11-24T10:00:00Z')
type Body = Record<string, unknown[]>

/** Every value of every row that no export may carry: what is kept instead of a secret, or helps to make one. */
async function kept(userId: number): Promise<string[]> {
  const db = database()
  const links = await db.oneTimeToken.findMany({ where: { userId } })
  const tokens = await db.outstandingToken.findMany({ where: { userId } })
  const devices = await db.knownDevice.findMany({ where: { userId } })
  const sessions = await db.session.findMany({ where: { userId } })
  const letters = await db.outboxMail.findMany({ where: { userId } })
  return [
    ...links.flatMap(({ nonce, digest, codeDigest, state, payload }) => [nonce, digest, codeDigest, state ?? '', payload ?? '']),
    ...tokens.flatMap(({ jti, token }) => [jti, token]),
    ...devices.map(({ fingerprint }) => fingerprint),
    ...sessions.map(({ id }) => id),
    ...letters.flatMap(({ text, html, messageId }) => [text, html, messageId]),
    (await db.user.findUniqueOrThrow({ where: { id: userId } })).password,
  ].filter((value) => value !== '')
}

describe('the export', () => {
  it('holds what every table keeps about the person, and no secret of any', async () => {
    const user = await newUser({ password: 'bcrypt_sha256$$2b$10$canary', phone: '+44 20 7946 0004', phoneE164: '+442079460004' })
    const db = database()
    const session = await db.$transaction((tx) => startSession(tx, user, 'api', contextOf(user, NOW)))
    await issueRefreshToken(db, { userId: user.id, sid: session.id }, NOW)
    const oneTimeTokenId = await issueOneTimeToken(db, user, 'password_reset', 3600, NOW, { payload: '{"canary":1}' })
    const content = { subject: 'Hello', preheader: 'p', heading: 'h', paragraphs: ['body of the letter'], closing: 'c' }
    await postLetter(
      db,
      { kind: 'password_reset', recipient: user.email, userId: user.id, issueToken: async () => oneTimeTokenId, content },
      NOW,
    )
    await db.knownDevice.create({ data: { userId: user.id, fingerprint: 'f'.repeat(64), createdAt: NOW, lastSeenAt: NOW } })
    await db.listColumns.create({ data: { userId: user.id, list: 'users', columns: 'email,last_login' } })
    const group = await db.group.create({ data: { name: 'Editors' } })
    await db.userGroup.create({ data: { userId: user.id, groupId: group.id } })

    const { body, headers } = await exportData({}, contextOf(user, NOW, session.id))
    expect(headers).toEqual({ 'Content-Disposition': 'attachment; filename="account-2026-11-24.json"' })
    expect(body).toMatchObject({
      exported_at: NOW,
      profile: { id: user.id, email: user.email, phone: user.phone, phone_e164: '+442079460004', is_active: true },
      groups: ['Editors'],
      permissions: [],
      sessions: [{ kind: 'api', ip_address: '127.0.0.1', user_agent: 'test', created_at: NOW, ended_at: null }],
      known_devices: [{ first_seen_at: NOW, last_seen_at: NOW }],
      refresh_tokens: [{ created_at: NOW, blacklisted_at: null }],
      mailed_links: [{ purpose: 'password_reset', email: user.email, used_at: null }],
      letters: [{ kind: 'password_reset', to: user.email, subject: 'Hello' }],
      security_events: [{ event: 'data_exported', outcome: 'success', detail: {} }],
      list_columns: [{ list: 'users', columns: ['email', 'last_login'] }],
      admin_log: [],
    })
    const text = JSON.stringify(body)
    const secrets = await kept(user.id)
    expect(secrets.length).toBeGreaterThan(8)
    for (const secret of secrets) expect(text).not.toContain(JSON.stringify(secret).slice(1, -1))
    expect(text).not.toContain('body of the letter')
  })

  it('holds nothing of anybody else', async () => {
    const [ada, grace] = [await newUser(), await newUser()]
    await exportData({}, contextOf(grace, NOW))
    const { body } = await exportData({}, contextOf(ada, NOW))
    expect(JSON.stringify(body)).not.toContain(grace.email)
    expect((body as Body).security_events).toHaveLength(1)
  })

  it('holds all of ten thousand events, once each and in order', async () => {
    const user = await newUser()
    const event = {
      event: 'logged_in',
      outcome: 'success',
      actorId: user.id,
      subjectId: user.id,
      userAgent: '',
      requestId: '',
      detail: '{}',
    }
    const rows = Array.from({ length: 10_000 }, (_, index) => ({ ...event, at: new Date(NOW.getTime() + index * 1000) }))
    for (let start = 0; start < rows.length; start += 1000)
      await database().auditEvent.createMany({ data: rows.slice(start, start + 1000) })
    const { body } = await exportData({}, contextOf(user, NOW))
    const times = (body as { security_events: { at: Date }[] }).security_events.map(({ at }) => at.getTime())
    expect(times).toHaveLength(10_001)
    expect(times.slice(0, -1)).toEqual(rows.map(({ at }) => at.getTime()))
  })
})
