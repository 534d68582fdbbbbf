import { describe, expect, it } from 'vitest'
import { database, provider, type User } from '../../db/client.ts'
import { Throttled } from '../../errors.ts'
import { contextOf } from '../../http/testing/context.ts'
import { oneAtATime } from '../../http/throttling.ts'
import { enqueueEmail } from '../../mail/outbox.ts'
import { startSession } from '../../sessions/session.ts'
import { effectivePolicy } from '../../throttle/policies.ts'
import { issueOneTimeToken } from '../../tokens/one-time-token.ts'
import { issueRefreshToken } from '../../tokens/refresh-token.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { exportData, exportDataEndpoint } from './endpoints.ts'

const NOW = new Date('2026-11-24T10:00:00Z')
type Body = Record<string, unknown[]>

/** The export as a client reads it. */
async function exported(user: User, sid: string | null = null): Promise<{ body: Body; text: string; headers: unknown }> {
  const { body, headers } = await exportData({}, contextOf(user, NOW, sid))
  const text = await new Response(body as ReadableStream).text()
  return { body: JSON.parse(text) as Body, text, headers }
}

/** Every value of every row that no export may carry: what is kept instead of a secret, or helps to make one. */
async function kept(userId: number): Promise<string[]> {
  const db = database()
  const links = await db.oneTimeToken.findMany({ where: { userId } })
  const tokens = await db.outstandingToken.findMany({ where: { userId } })
  const devices = await db.knownDevice.findMany({ where: { userId } })
  const sessions = await db.session.findMany({ where: { userId } })
  const messages = await db.outboxMail.findMany({ where: { userId } })
  const begun = await db.externalLogin.findMany({ where: { userId } })
  return [
    ...links.flatMap(({ nonce, digest, codeDigest, state, payload }) => [nonce, digest, codeDigest, state ?? '', payload ?? '']),
    ...tokens.flatMap(({ jti, token }) => [jti, token]),
    ...devices.map(({ fingerprint }) => fingerprint),
    ...sessions.map(({ id }) => id),
    ...begun.flatMap(({ digest, browserDigest }) => [digest, browserDigest ?? '']),
    ...messages.flatMap(({ text, html, messageId }) => [text, html, messageId]),
    (await db.user.findUniqueOrThrow({ where: { id: userId } })).password,
  ].filter((value) => value !== '')
}

describe('the export', () => {
  it('is made five times in an hour for each account', () => {
    expect(exportDataEndpoint.policy.throttle).toEqual({ policy: 'export' })
    expect(effectivePolicy('export', {})?.limits.account).toEqual([{ limit: 5, window: 3600 }])
  })

  it('holds what every table keeps about the person, and no secret of any', async () => {
    const user = await newUser({ password: 'bcrypt_sha256$$2b$10$canary', phone: '+44 20 7946 0004', phoneE164: '+442079460004' })
    const db = database()
    const session = await db.$transaction((tx) => startSession(tx, user, 'api', contextOf(user, NOW)))
    await issueRefreshToken(db, { userId: user.id, sid: session.id }, NOW)
    const oneTimeTokenId = await issueOneTimeToken(db, user, 'password_reset', 3600, NOW, { payload: '{"canary":1}' })
    const content = { subject: 'Hello', preheader: 'p', heading: 'h', paragraphs: ['body of the email'], closing: 'c' }
    await enqueueEmail(
      db,
      { kind: 'password_reset', recipient: user.email, userId: user.id, issueToken: async () => oneTimeTokenId, content },
      NOW,
    )
    await db.knownDevice.create({ data: { userId: user.id, fingerprint: 'f'.repeat(64), createdAt: NOW, lastSeenAt: NOW } })
    const external = { userId: user.id, issuer: 'https://login.example.com', subject: 'ada', email: 'ada@work.example' }
    await db.externalAccount.create({ data: { ...external, createdAt: NOW, lastUsedAt: NOW } })
    const begun = {
      userId: user.id,
      purpose: 'link',
      provider: 'work',
      kind: 'browser',
      digest: 'd'.repeat(64),
      browserDigest: 'b'.repeat(64),
    }
    await db.externalLogin.create({ data: { ...begun, createdAt: NOW, expiresAt: NOW } })
    const group = await db.group.create({ data: { name: 'Editors' } })
    await db.userGroup.create({ data: { userId: user.id, groupId: group.id } })

    const { body, text, headers } = await exported(user, session.id)
    expect(headers).toEqual({ 'Content-Disposition': 'attachment; filename="account-2026-11-24.json"' })
    expect(body).toMatchObject({
      exported_at: NOW.toISOString(),
      profile: { id: user.id, email: user.email, phone: user.phone, phone_e164: '+442079460004', is_active: true },
      groups: ['Editors'],
      permissions: [],
      sessions: [{ kind: 'api', ip_address: '127.0.0.1', user_agent: 'test', created_at: NOW.toISOString(), ended_at: null }],
      known_devices: [{ first_seen_at: NOW.toISOString(), last_seen_at: NOW.toISOString() }],
      external_accounts: [
        { issuer: 'https://login.example.com', subject: 'ada', email: 'ada@work.example', last_used_at: NOW.toISOString() },
      ],
      unfinished_links: [{ purpose: 'link', provider: 'work', used_at: null }],
      refresh_tokens: [{ created_at: NOW.toISOString(), blacklisted_at: null }],
      mailed_links: [{ purpose: 'password_reset', email: user.email, used_at: null }],
      emails: [{ kind: 'password_reset', to: user.email, subject: 'Hello' }],
      security_events: [{ event: 'data_exported', outcome: 'success', detail: {} }],
      admin_log: [],
    })
    const secrets = await kept(user.id)
    expect(secrets.length).toBeGreaterThan(8)
    for (const secret of secrets) expect(text).not.toContain(JSON.stringify(secret).slice(1, -1))
    expect(text).not.toContain('body of the email')
  })

  it('contains nothing of other accounts', async () => {
    const [ada, grace] = [await newUser(), await newUser()]
    await exported(grace)
    const { body, text } = await exported(ada)
    expect(text).not.toContain(grace.email)
    expect(body.security_events).toHaveLength(1)
  })

  it('holds all of 100,000 events, once each and in order, and never more than a batch of them in memory', async () => {
    const user = await newUser()
    const values = `'logged_in', 'success', ${user.id}, ${user.id}, '', '', '{}'`
    await database().$executeRawUnsafe(`
      INSERT INTO accounts_auditevent (at, event, outcome, actor_id, subject_id, user_agent, request_id, detail)
      WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000)
      SELECT ${provider() === 'sqlite' ? "'2026-01-01T00:00:00.000+00:00'" : "timestamptz '2026-01-01T00:00:00Z'"}, ${values} FROM numbers`)
    const { body } = await exportData({}, contextOf(user, NOW))
    let [largest, text] = [0, '']
    const decoder = new TextDecoder()
    for await (const chunk of body as ReadableStream<Uint8Array>) {
      largest = Math.max(largest, chunk.length)
      text += decoder.decode(chunk, { stream: true })
    }
    expect(largest).toBeLessThan(200_000)
    expect((JSON.parse(text) as Body).security_events).toHaveLength(100_001)
  }, 120_000)

  it('reads rows only as they are requested', async () => {
    const user = await newUser()
    const { body } = await exportData({}, contextOf(user, NOW))
    await database().user.update({ where: { id: user.id }, data: { name: 'Unread' } })
    await database().knownDevice.create({ data: { userId: user.id, fingerprint: 'late', createdAt: NOW, lastSeenAt: NOW } })
    const read = JSON.parse(await new Response(body as ReadableStream).text()) as Body
    expect(read.known_devices).toHaveLength(1)
  })

  it('is made once at a time for each account, also when its reader goes away in the middle', async () => {
    const [user, other] = [await newUser(), await newUser()]
    const { signal } = new AbortController()
    const ask = async (now = NOW) => {
      const context = contextOf(user, now)
      return (await oneAtATime(exportDataEndpoint, context, signal, () => exportData({}, context))).body as ReadableStream
    }
    const first = await ask()
    await expect(ask()).rejects.toThrow(Throttled)
    await exported(other)
    await new Response(first).text()
    const second = (await ask()).getReader()
    await second.read()
    await expect(ask()).rejects.toThrow(Throttled)
    await second.cancel()
    // An export that is neither read nor cancelled counts for ten minutes.
    await ask()
    await expect(ask(new Date(NOW.getTime() + 599_000))).rejects.toThrow(Throttled)
    await ask(new Date(NOW.getTime() + 600_000))
  })
})
