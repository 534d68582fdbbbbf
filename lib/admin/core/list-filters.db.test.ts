/** The filters of the lists of operations: whom a row is about, by address, and until when. */
import { beforeAll, describe, expect, it } from 'vitest'
import { recordEvent } from '../../audit/audit.ts'
import { AUDIT_EVENT_NAMES } from '../../audit/events.ts'
import { database, type User } from '../../db/client.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { auditAdmin } from '../models/audit/declaration.ts'
import { outboxAdmin } from '../models/outbox/declaration.ts'
import { sessionAdmin } from '../models/sessions/declaration.ts'
import { blacklistedTokenAdmin, outstandingTokenAdmin } from '../models/tokens/declaration.ts'
import { userAdmin } from '../models/users/declaration.ts'
import type { ModelAdmin } from './declaration.ts'
import { listObjects } from './list-objects.ts'
import { readListQuery } from './list-query.ts'

const NOW = new Date('2026-11-24T10:00:00Z')
let [ada, bob]: User[] = []

/** What a list finds; the parameters' errors where it takes them for wrong. */
async function found<Item extends { id: number | string }>(admin: ModelAdmin<Item>, params: Record<string, string>) {
  const { query, errors } = readListQuery(admin, params)
  return Object.keys(errors).length > 0 ? errors : (await listObjects(admin, query)).items
}

/** Something of an account in every list. */
async function trace({ id: userId }: User): Promise<void> {
  const times = { createdAt: NOW, lastUsedAt: NOW, expiresAt: NOW }
  const jti = String(userId).padStart(32, 'f')
  const { id: sessionId } = await database().session.create({ data: { id: jti, userId, kind: 'api', userAgent: '', ...times } })
  const token = await database().outstandingToken.create({
    data: { userId, sessionId, jti, token: jti, createdAt: NOW, expiresAt: NOW },
  })
  await database().blacklistedToken.create({ data: { tokenId: token.id, blacklistedAt: NOW } })
  const content = { kind: 'new_device', recipient: 'elsewhere@example.com', subject: '', text: '', html: '', messageId: jti }
  await database().outboxMail.create({ data: { ...content, userId, createdAt: NOW, nextAttemptAt: NOW } })
}

beforeAll(async () => {
  ada = await newUser({ email: 'ada@filter.example' })
  bob = await newUser({ email: 'bob@filter.example' })
  await trace(ada)
  await trace(bob)
  const source = { requestId: 'filter-test', clientIp: null, userAgent: '' }
  for (const [actor, subject, now] of [
    [ada, bob, '2026-11-28T00:00:00Z'],
    [bob, ada, '2026-11-28T23:59:59.999Z'],
    [bob, bob, '2026-11-29T00:00:00Z'],
  ] as const)
    await recordEvent(database(), 'logged_out', { actorId: actor.id, subjectId: subject.id, detail: {} }, { ...source, now: new Date(now) })
})

describe("an account's address, however it is written,", () => {
  it('finds what is that account’s in every list of operations', async () => {
    const lists = [sessionAdmin, outstandingTokenAdmin, blacklistedTokenAdmin, outboxAdmin] as unknown as ModelAdmin[]
    for (const admin of lists) {
      expect(await found(admin, { user_email: 'Ada@Filter.Example' }), admin.path).toMatchObject([{ user_id: ada?.id }])
      expect(await found(admin, { user_email: 'ada@filter.example', user_id: String(bob?.id) }), admin.path).toEqual([])
      expect(await found(admin, { user_email: 'nobody@filter.example' }), admin.path).toEqual([])
      expect(await found(admin, { user_email: 'ada' }), admin.path).toEqual({ user_email: ['email'] })
    }
  })

  it('finds the events that it did, and those that were done to it', async () => {
    expect(await found(auditAdmin, { actor_email: 'ada@filter.example' })).toMatchObject([{ subject_id: bob?.id }])
    expect(await found(auditAdmin, { subject_email: 'ADA@filter.example' })).toMatchObject([{ actor_id: bob?.id }])
    expect(await found(auditAdmin, { actor_email: 'bob@filter.example', subject_email: 'bob@filter.example' })).toHaveLength(1)
    expect(await found(auditAdmin, { actor_email: "' OR 1=1" })).toEqual({ actor_email: ['email'] })
  })
})

it('a blacklisted token is found by its JTI, as an outstanding one is', async () => {
  const jti = String(ada?.id).padStart(32, 'f')
  expect(await found(outstandingTokenAdmin, { jti })).toMatchObject([{ jti }])
  expect(await found(blacklistedTokenAdmin, { jti })).toMatchObject([{ jti }])
  expect(await found(blacklistedTokenAdmin, { jti: 'f' })).toEqual([])
})

it('until a day is to the end of that day, until a time is before it, and users joined before a day', async () => {
  const events = (until: string) => found(auditAdmin, { request_id: 'filter-test', until })
  expect(await events('2026-11-27')).toEqual([])
  expect(await events('2026-11-28')).toMatchObject([{ actor_id: bob?.id }, { actor_id: ada?.id }])
  expect(await events('2026-11-28T00:00Z')).toEqual([])
  expect(await events('2026-11-28T23:59:59.999Z')).toHaveLength(1)
  expect(await events('2026-11-29')).toHaveLength(3)
  const [expires, blacklisted] = [{ expires_until: '2026-11-24' }, { until: '2026-11-24' }]
  expect(await found(outstandingTokenAdmin, { user_id: String(ada?.id), ...expires })).toHaveLength(1)
  expect(await found(blacklistedTokenAdmin, { user_id: String(ada?.id), ...blacklisted })).toHaveLength(1)
  await newUser({ email: 'cy@filter.example', dateJoined: new Date('2001-02-03T12:00:00Z') })
  expect(await found(userAdmin, { search: 'cy@filter', joined_until: '2001-02-03' })).toEqual([])
  expect(await found(userAdmin, { search: 'cy@filter', joined_until: '2001-02-04' })).toHaveLength(1)
})

it('events are filtered by the names that there are, and by no other word', async () => {
  for (const event of AUDIT_EVENT_NAMES) expect(readListQuery(auditAdmin, { event }).errors, event).toEqual({})
  expect(await found(auditAdmin, { event: 'Login failed' })).toEqual({ event: ['invalid_choice:Login failed'] })
})
