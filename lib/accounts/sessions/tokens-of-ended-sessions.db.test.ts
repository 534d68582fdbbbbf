/** What Django beside us reads when a session has ended, and what we read of what Django ended (docs/migrating-from-django.md). */
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { BULK_ACTIONS } from '../../admin/models/users/bulk-actions.ts'
import { setPassword } from '../../admin/models/users/set-password.ts'
import { endUserSessions, sessionsOfUser } from '../../admin/models/users/user-sessions.ts'
import { superuser } from '../../admin/testing/staff.ts'
import { authenticatePassword } from '../../authentication/identify.ts'
import { signIn } from '../../authentication/testing/sign-in.ts'
import { changeUserBy } from '../../cli/user.ts'
import { database, type User } from '../../db/client.ts'
import { djangoInstalled, djangoProject } from '../../db/testing/django-project.ts'
import { contextAt, contextOf } from '../../http/testing/context.ts'
import { signToken, verifyToken } from '../../jwt/tokens.ts'
import { makePassword } from '../../passwords/hash.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { blacklistRefreshToken } from '../../sessions/blacklist-refresh-token.ts'
import { loadActiveUser } from '../../sessions/principal.ts'
import { settings } from '../../settings.ts'
import { databaseTarget } from '../../settings-values.ts'
import { newTokenId, outstandingRow, seconds } from '../../tokens/refresh-token.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { deleteAccount } from '../account-deletion/delete-account.ts'
import { changePassword } from '../password-change/endpoints.ts'
import { refreshTokens } from '../token-refresh/refresh-tokens.ts'
import { verifyAnyToken } from '../token-verify/endpoints.ts'
import { endOwnSession, logOutEverywhere } from './endpoints.ts'
import { listSessions } from './list-sessions.ts'

/** Commands read the clock themselves, so it is today; whole, as tokens have it. */
const START = new Date(Math.floor(Date.now() / 1000) * 1000)
const PASSWORD = 'Corr3ct-horse-battery'
const later = (seconds: number) => new Date(START.getTime() + seconds * 1000)

const former = { ...settings() }
afterAll(async () => {
  Object.assign(settings(), former)
  await hashingPool().close()
})

interface Pair {
  sid: string
  access: string
  refresh: string
}

let user: User
let mine: Pair
let other: Pair
/** A refresh token that Django issued, and another one, with which a session was begun here. */
let legacy: string
let adopted: Pair & { parent: string }

async function session(): Promise<Pair> {
  const { sid, tokens } = await database().$transaction((tx) => signIn(tx, user, contextAt(START)))
  return { sid, access: tokens?.access as string, refresh: tokens?.refresh as string }
}

/** A token as Django issues it, with its row. */
async function issuedByDjango(type: 'access' | 'refresh' = 'refresh', iat: Date | null = START) {
  const claims = { jti: newTokenId(), exp: seconds(START) + 86_000, refreshExp: null, userId: user.id, sid: null, extra: {} }
  const whole = { ...claims, iat: iat && seconds(iat) }
  const token = await signToken(type, whole)
  if (type === 'refresh') await outstandingRow(database(), { ...whole, type }, token)
  return token
}

/** What Simple JWT's check_blacklist() finds. */
const isBlacklisted = async (token: string) => {
  const { jti } = await verifyToken(token, 'refresh', START)
  return (await database().blacklistedToken.count({ where: { token: { jti } } })) > 0
}
const state = async () => ({
  mine: await isBlacklisted(mine.refresh),
  other: await isBlacklisted(other.refresh),
  legacy: await isBlacklisted(legacy),
  adopted: await isBlacklisted(adopted.refresh),
  parent: await isBlacklisted(adopted.parent),
})
const opens = async (token: string, at = later(1)) => typeof (await loadActiveUser(await verifyToken(token, 'access', at), at)) !== 'string'
const asking = (sid: string | null = mine.sid, params = {}) => ({ ...contextOf(user, later(1), sid), params })
const byStaff = async () => ({ ...contextOf(await superuser(), new Date()), params: { id: String(user.id) } })

const hash = await makePassword(PASSWORD)
beforeEach(async () => {
  Object.assign(settings(), former)
  user = await newUser({ password: hash })
  ;[mine, other, legacy] = [await session(), await session(), await issuedByDjango()]
  const parent = await issuedByDjango()
  const { body } = await refreshTokens({ refresh: parent }, contextAt(START))
  const pair = body as Omit<Pair, 'sid'>
  adopted = { ...pair, parent, sid: (await verifyToken(pair.access, 'access', START)).sid as string }
})

const NONE = { mine: false, other: false, legacy: false, adopted: false, parent: false }
const ALL = { mine: true, other: true, legacy: true, adopted: true, parent: true }

describe('whatever ends a session blacklists its refresh tokens, and no other', () => {
  it.each<[string, () => Promise<unknown>, Partial<typeof ALL>]>([
    ['logging out', () => blacklistRefreshToken(mine.refresh, contextAt(later(1))), { ...NONE, mine: true }],
    [
      'logging out with a token of Django’s',
      () => blacklistRefreshToken(adopted.parent, contextAt(later(1))),
      { ...NONE, adopted: true, parent: true },
    ],
    ['logging out everywhere else', () => logOutEverywhere({}, asking()), { ...ALL, mine: false }],
    ['logging out everywhere', () => logOutEverywhere({ current: true }, asking()), ALL],
    ['signing out one from the list', () => endOwnSession({}, asking(mine.sid, { id: other.sid })), { ...NONE, other: true }],
    [
      'signing out one that a token of Django’s began',
      () => endOwnSession({}, asking(mine.sid, { id: adopted.sid })),
      { ...NONE, adopted: true, parent: true },
    ],
    [
      'a new password',
      () => changePassword({ current_password: PASSWORD, password: 'An0ther-quartz', confirm_password: 'An0ther-quartz' }, asking()),
      { ...ALL, mine: false },
    ],
    [
      'a password set by staff',
      async () => setPassword({ password1: 'An0ther-quartz', password2: 'An0ther-quartz' }, await byStaff()),
      ALL,
    ],
    ['staff who end all sessions', async () => endUserSessions({}, await byStaff()), ALL],
    [
      'deactivation by staff',
      async () => {
        const context = await byStaff()
        await database().$transaction((tx) => BULK_ACTIONS.deactivate(tx, user.id, context, 0))
      },
      ALL,
    ],
    ['deactivation by command', () => changeUserBy('deactivate', user.email), ALL],
    ['closing one’s account', () => deleteAccount({ password: PASSWORD, confirmation: '' }, asking()), ALL],
    [
      'a replayed refresh token',
      async () => {
        const { body } = await refreshTokens({ refresh: other.refresh }, contextAt(later(1)))
        await refreshTokens({ refresh: other.refresh }, contextAt(later(60))).catch(() => {})
        expect(await isBlacklisted((body as Pair).refresh), 'the newest').toBe(true)
      },
      { ...NONE, other: true },
    ],
    [
      'a login beyond SESSION_LIMIT',
      async () => {
        Object.assign(settings(), { SESSION_LIMIT: 1 })
        await session()
      },
      { ...ALL, legacy: false },
    ],
  ])('%s', async (_title, end, expected) => {
    await end()
    expect(await state()).toEqual(expected)
  })

  it('a token of Django’s stands with the session that it began', async () => {
    await logOutEverywhere({}, asking(adopted.sid))
    expect(await state()).toEqual({ ...ALL, adopted: false, parent: false })
    await expect(verifyAnyToken({ token: adopted.parent }, contextAt(later(60)))).resolves.toEqual({ body: {} })
    const { body } = await refreshTokens({ refresh: adopted.parent }, contextAt(later(60)))
    expect(await opens((body as Pair).access, later(61))).toBe(true)
  })

  it('an account opened again brings nothing back', async () => {
    const context = await byStaff()
    const access = await issuedByDjango('access')
    await database().$transaction((tx) => BULK_ACTIONS.deactivate(tx, user.id, context, 0))
    await database().$transaction((tx) => BULK_ACTIONS.activate(tx, user.id, context, 0))
    for (const token of [mine.access, adopted.access, access]) expect(await opens(token)).toBe(false)
    for (const refresh of [mine.refresh, legacy]) {
      await expect(refreshTokens({ refresh }, contextAt(later(1)))).rejects.toThrow('Token is blacklisted')
    }
  })
})

describe('tokens_not_before: tokens without a session end with all sessions', () => {
  /** A refresh token that Django rotated before Simple JWT 5.5 has no row. */
  const withoutRow = (iat: Date | null) =>
    signToken('refresh', {
      jti: newTokenId(),
      iat: iat && seconds(iat),
      exp: seconds(START) + 86_000,
      refreshExp: null,
      userId: user.id,
      sid: null,
      extra: {},
    })
  const refreshes = (refresh: string, at: Date) =>
    refreshTokens({ refresh }, contextAt(at)).then(
      () => true,
      () => false,
    )

  it.each<[string, Date | null, boolean]>([
    ['a second before', later(9), false],
    ['in the same second, which may be before', later(10), false],
    ['a second after', later(11), true],
    ['at a time that it does not say', null, false],
  ])('one issued %s', async (_title, iat, good) => {
    const [access, refresh] = [await issuedByDjango('access', iat), await withoutRow(iat)]
    await logOutEverywhere({}, { ...asking(), now: later(10.4) })
    expect(await opens(access, later(12))).toBe(good)
    expect(await refreshes(refresh, later(12))).toBe(good)
    for (const rotates of [true, false]) {
      Object.assign(settings(), { ROTATE_REFRESH_TOKENS: rotates })
      expect(await refreshes(refresh, later(13))).toBe(good)
    }
  })

  it('one issued in that very second is good where all ended at its beginning, and sessions do not mind', async () => {
    const access = await issuedByDjango('access', later(10))
    await logOutEverywhere({}, { ...asking(), now: later(10) })
    expect(await opens(access, later(12))).toBe(true)
    expect(await opens(mine.access, later(12))).toBe(true)
  })
})

describe('what Django ended ends here', () => {
  const djangoWrites = (data: Partial<User>) => database().user.update({ where: { id: user.id }, data })

  it('a new password ends the sessions with their refresh tokens, and none of them is listed', async () => {
    await djangoWrites({ password: 'pbkdf2_sha256$1$salt$AAAA' })
    expect(await opens(mine.access)).toBe(false)
    await expect(refreshTokens({ refresh: other.refresh }, contextAt(later(1)))).rejects.toThrow('Token is blacklisted')
    expect(await state()).toMatchObject({ mine: true, other: true, adopted: true, parent: true })
    user = await djangoWrites({ password: hash })
    expect(await opens(mine.access), 'for good').toBe(false)
    expect(await database().auditEvent.count({ where: { subjectId: user.id, event: 'sessions_ended' } })).toBe(1)
  })

  it('a session from before the digest is ended by a new password, too, once it was used', async () => {
    await database().session.updateMany({ where: { userId: user.id }, data: { passwordDigest: null } })
    expect(await opens(mine.access)).toBe(true)
    await djangoWrites({ password: 'pbkdf2_sha256$1$salt$AAAA' })
    expect(await opens(mine.access)).toBe(false)
  })

  it('a login after it ends the sessions from before, whether or not they are used again', async () => {
    user = await djangoWrites({ password: 'pbkdf2_sha256$1$salt$AAAA' })
    const fresh = await session()
    const principal = { ...(asking(fresh.sid).principal as NonNullable<ReturnType<typeof asking>['principal']>), user }
    expect((await listSessions(principal, later(1))).map(({ id }) => id)).toEqual([fresh.sid])
    expect(await state()).toMatchObject({ mine: true, other: true })
    expect(await opens(fresh.access)).toBe(true)
  })

  it('the same password hashed anew by us ends nothing', async () => {
    const foreign = await newUser({ password: 'md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3' })
    user = foreign
    const own = await session()
    const logins = Array.from({ length: 3 }, () => authenticatePassword(user.email, 'lètmein', contextAt(START)))
    const opened = Array.from({ length: 8 }, () => opens(own.access))
    expect((await Promise.all(logins)).every(Boolean)).toBe(true)
    expect(await Promise.all(opened)).toEqual(Array(8).fill(true))
    expect((await database().user.findUniqueOrThrow({ where: { id: user.id } })).password).not.toBe(foreign.password)
    expect(await opens(own.access)).toBe(true)
  })

  it('a blacklisted refresh token ends its session, access tokens included, and no other', async () => {
    const blacklist = async (token: string) => {
      const { jti } = await verifyToken(token, 'refresh', START)
      const { id } = await database().outstandingToken.findUniqueOrThrow({ where: { jti } })
      await database().blacklistedToken.create({ data: { tokenId: id, blacklistedAt: later(1) } })
      return id
    }
    const id = await blacklist(other.refresh)
    await blacklist(adopted.parent)
    const { principal } = asking()
    const listed = await listSessions(principal as NonNullable<typeof principal>, later(1))
    expect(listed.map((one) => one.id)).toEqual([mine.sid])
    expect([await opens(other.access), await opens(adopted.access), await opens(mine.access)]).toEqual([false, false, true])
    // flushexpiredtokens at Django.
    await database().blacklistedToken.deleteMany({ where: { tokenId: id } })
    expect(await opens(other.access), 'for good').toBe(false)
  })

  it('deactivation ends the sessions, so that activation does not bring them back', async () => {
    await djangoWrites({ isActive: false })
    expect(await opens(mine.access)).toBe(false)
    await djangoWrites({ isActive: true })
    expect([await opens(mine.access), await opens(other.access), await opens(adopted.access)]).toEqual([false, false, false])
  })

  it('deactivation ends them also without a request before the reactivation, and none of them is listed', async () => {
    await djangoWrites({ isActive: false })
    user = await djangoWrites({ isActive: true })
    const { principal } = asking(null)
    expect(await listSessions({ ...(principal as NonNullable<typeof principal>), user }, later(1))).toEqual([])
    expect(await sessionsOfUser(user.id, later(1))).toEqual([])
    expect([await opens(mine.access), await opens(other.access), await opens(adopted.access)]).toEqual([false, false, false])
    await expect(refreshTokens({ refresh: mine.refresh }, contextAt(later(1)))).rejects.toThrow('Token is blacklisted')
    expect(await state()).toMatchObject({ mine: true, other: true, adopted: true, parent: true })
    const row = await database().session.findUniqueOrThrow({ where: { id: mine.sid } })
    expect([row.endedAt, row.endReason]).toEqual([later(1), 'admin'])
    expect(await opens((await session()).access), 'a new login').toBe(true)
  })

  it('a session that an earlier release began is good after deactivations before it, and ended by one after its first use', async () => {
    await djangoWrites({ isActive: false })
    user = await djangoWrites({ isActive: true })
    const foreign = await session()
    await database().session.updateMany({ where: { id: foreign.sid }, data: { passwordDigest: null, deactivations: null } })
    const { principal } = asking(null)
    const listed = await listSessions({ ...(principal as NonNullable<typeof principal>), user }, later(1))
    expect(listed.map(({ id }) => id)).toEqual([foreign.sid])
    expect(await opens(foreign.access)).toBe(true)
    await vi.waitFor(async () => {
      const row = await database().session.findUniqueOrThrow({ where: { id: foreign.sid } })
      expect(row).toMatchObject({ passwordDigest: expect.any(String), deactivations: 1 })
    })
    await djangoWrites({ isActive: false })
    await djangoWrites({ isActive: true })
    expect(await opens(foreign.access)).toBe(false)
  })

  it('what Django saves without a deactivation ends nothing', async () => {
    await djangoWrites({ isActive: true, name: 'Ada' })
    expect(await opens(mine.access)).toBe(true)
    await djangoWrites({ isActive: false })
    await djangoWrites({ isActive: false })
    const { deactivations } = await djangoWrites({ isActive: true })
    expect(deactivations).toBe(1)
  })
})

describe.runIf(djangoInstalled())('a real Django', () => {
  it('ends the sessions of accounts that it deactivates and activates again, one by one or many, and no others', {
    timeout: 180_000,
  }, async () => {
    const django = djangoProject(databaseTarget(settings().DATABASE_URL))
    const [saved, updated, untouched] = [user, await newUser({ password: hash }), await newUser({ password: hash })]
    const pairs: Pair[] = []
    for (const one of [saved, updated, untouched]) {
      user = one
      pairs.push(await session())
    }
    await django.run(`
from accounts.models import User
def switch(id, active):
    user = User.objects.get(pk=id)
    user.is_active = active
    user.save()
switch(${saved.id}, False)
switch(${saved.id}, True)
many = User.objects.filter(pk__in=[${updated.id}])
many.update(is_active=False)
many.update(is_active=True)
switch(${untouched.id}, True)
call_command('check')
`)
    const opened: boolean[] = []
    for (const { access } of pairs) opened.push(await opens(access))
    expect(opened).toEqual([false, false, true])
  })
})
