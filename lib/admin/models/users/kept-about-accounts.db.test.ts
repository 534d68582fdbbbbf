import { describe, expect, it } from 'vitest'
import { exportData } from '../../../accounts/data-export/endpoints.ts'
import { passwordIdentity } from '../../../authentication/identify.ts'
import { storePendingLogin } from '../../../authentication/stages.ts'
import { newPasskey } from '../../../credentials/testing/new-passkey.ts'
import { database, provider } from '../../../db/client.ts'
import { contextOf } from '../../../http/testing/context.ts'
import { enqueueEmail } from '../../../mail/outbox.ts'
import { startSession } from '../../../sessions/session.ts'
import { issueOneTimeToken } from '../../../tokens/one-time-token.ts'
import { issueRefreshToken } from '../../../tokens/refresh-token.ts'
import { deleteAccount, deletionImpact } from '../../../users/delete-account.ts'
import { newUser } from '../../../users/testing/new-user.ts'
import { logChange } from '../../core/history.ts'
import { userAdmin } from './declaration.ts'

const NOW = new Date('2026-11-24T10:00:00Z')

/** Tables that name an account, as the database itself knows them. */
async function tablesWithAccounts(): Promise<string[]> {
  const tables =
    provider() === 'sqlite'
      ? await database().$queryRaw<{ name: string }[]>`
          SELECT m.name AS name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'user_id'`
      : await database().$queryRaw<{ name: string }[]>`
          SELECT table_name::text AS name FROM information_schema.columns WHERE table_schema = current_schema() AND column_name = 'user_id'`
  return tables.map(({ name }) => name).sort()
}

/** In which tables there is something of an account. */
async function tablesOf(userId: number): Promise<string[]> {
  const found: string[] = []
  for (const table of await tablesWithAccounts()) {
    const [row] = await database().$queryRawUnsafe<{ n: unknown }[]>(`SELECT count(*) AS n FROM "${table}" WHERE user_id = ${userId}`)
    if (Number(row?.n) > 0) found.push(table)
  }
  return found
}

/** An account with something in every table that names accounts. */
async function accountEverywhere() {
  const user = await newUser()
  const db = database()
  const session = await db.$transaction((tx) => startSession(tx, user, 'api', contextOf(user, NOW)))
  await issueRefreshToken(db, { userId: user.id, sid: session.id }, NOW)
  const oneTimeTokenId = await issueOneTimeToken(db, user, 'password_reset', 3600, NOW)
  const content = { subject: 'Hello', preheader: 'p', heading: 'h', paragraphs: ['text'], closing: 'c' }
  await enqueueEmail(
    db,
    { kind: 'password_reset', recipient: user.email, userId: user.id, issueToken: async () => oneTimeTokenId, content },
    NOW,
  )
  await db.knownDevice.create({ data: { userId: user.id, fingerprint: 'f'.repeat(64), createdAt: NOW, lastSeenAt: NOW } })
  await db.listColumns.create({ data: { userId: user.id, list: 'users', columns: 'email,last_login' } })
  await db.totpDevice.create({ data: { userId: user.id, secret: 's', createdAt: NOW, confirmedAt: NOW } })
  await db.recoveryCode.create({ data: { userId: user.id, digest: 'd'.repeat(64), createdAt: NOW } })
  const trusted = { userId: user.id, digest: 't'.repeat(64), passwordDigest: '', deactivations: 0 }
  await db.trustedDevice.create({ data: { ...trusted, createdAt: NOW, expiresAt: NOW } })
  await newPasskey(user.id, NOW)
  await storePendingLogin(db, passwordIdentity(user), false, contextOf(user, NOW))
  await db.externalAccount.create({ data: { userId: user.id, issuer: 'x', subject: `${user.id}`, createdAt: NOW, lastUsedAt: NOW } })
  const login = { userId: user.id, purpose: 'link', provider: 'x', kind: 'browser', digest: `${user.id}` }
  await db.externalLogin.create({ data: { ...login, createdAt: NOW, expiresAt: NOW } })
  const group = await db.group.create({ data: { name: `Kept about ${user.id}` } })
  await db.userGroup.create({ data: { userId: user.id, groupId: group.id } })
  const permission = await db.permission.findFirstOrThrow()
  await db.userPermission.create({ data: { userId: user.id, permissionId: permission.id } })
  await db.$transaction((tx) => logChange(tx, userAdmin, user.id, { id: user.id, repr: user.email }, ['name'], NOW))
  return { user, session }
}

describe('what is kept about an account', () => {
  it('is in its export, in what its deletion page lists, and gone after its deletion, whatever tables there are', async () => {
    const { user, session } = await accountEverywhere()
    const tables = await tablesWithAccounts()
    expect(await tablesOf(user.id)).toEqual(tables)

    const { body } = await exportData({}, contextOf(user, NOW, session.id))
    const read = JSON.parse(await new Response(body as ReadableStream).text()) as Record<string, unknown[]>
    const { exported_at: _at, profile: _profile, security_events: _events, admin_history: about, ...kept } = read
    expect(Object.values(kept).map((rows) => rows.length)).toEqual(tables.map(() => 1))
    // The entry that it wrote is about itself.
    expect(about).toHaveLength(1)

    // Refresh tokens do not go: Django keeps them, blacklisted and without an owner (SET_NULL).
    const preview = await deletionImpact([user.id])
    const effectOf = (table: string) => (table === 'token_blacklist_outstandingtoken' ? 'set null' : 'delete')
    expect(preview.map(({ table, count, effect }) => [table, count, effect]).sort()).toEqual(
      tables.map((table) => [table, 1, effectOf(table)]),
    )

    await database().$transaction((tx) => deleteAccount(tx, user.id, NOW))
    expect(await tablesOf(user.id)).toEqual([])
  })
})
