import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { recordEvent } from '../audit/audit.ts'
import { passwordIdentity } from '../authentication/identify.ts'
import { storePendingLogin } from '../authentication/stages.ts'
import { database, type User } from '../db/client.ts'
import { seal, unseal } from '../encryption.ts'
import { contextAt } from '../http/testing/context.ts'
import { startMailbox } from '../http/testing/mailbox.ts'
import { enqueueEmail } from '../mail/outbox.ts'
import { startSession } from '../sessions/session.ts'
import { settings } from '../settings.ts'
import { applySettings, newState, withState } from '../testing/process-states.ts'
import { issueOneTimeToken } from '../tokens/one-time-token.ts'
import { issueRefreshToken } from '../tokens/refresh-token.ts'
import { newUser } from '../users/testing/new-user.ts'
import { jobs } from './registry.ts'
import { runDue } from './testing/run-due.ts'

const mailbox = await startMailbox()
process.env.SMTP_URL = mailbox.url
process.env.EMAIL_VERIFICATION = 'mandatory'
const FORMER_KEY = 'Rm9ybWVyLWtleS1vZi10aGVzZS10ZXN0cy0xMjM0NTY3'
process.env.SECRET_KEY_FALLBACKS = FORMER_KEY
afterAll(() => mailbox.stop())

const DAY = 86_400_000
const START = new Date('2026-03-01T10:00:00Z')

const content = { subject: 's', preheader: 'p', heading: 'h', paragraphs: [], closing: 'c' }
const source = contextAt(START)

/** For each job a row, how long after START it is due, and whether it has been handled. A job without an entry here fails its test. */
interface Case {
  due: number
  make: (user: User) => Promise<() => Promise<boolean>>
}

const gone =
  (count: () => Promise<number>): (() => Promise<boolean>) =>
  async () =>
    (await count()) === 0

const cases: Record<string, Case> = {
  'deliver-mail': {
    due: 0,
    make: async (user) => {
      await enqueueEmail(database(), { kind: 'new_device', recipient: user.email, userId: user.id, content }, START)
      return async () => mailbox.to(user.email).length === 1
    },
  },
  'delete-closed-accounts': {
    due: 14 * DAY,
    make: async (user) => {
      const data = { isActive: false, deletionDueAt: new Date(START.getTime() + 14 * DAY) }
      await database().user.update({ where: { id: user.id }, data })
      return gone(() => database().user.count({ where: { id: user.id } }))
    },
  },
  'delete-unverified-accounts': {
    due: 7 * DAY,
    make: async (user) => {
      await recordEvent(database(), 'signed_up', { actorId: user.id, subjectId: user.id, detail: { method: 'password' } }, source)
      return gone(() => database().user.count({ where: { id: user.id } }))
    },
  },
  'flush-expired-tokens': {
    due: DAY + 60_000,
    make: async (user) => {
      await issueRefreshToken(database(), { userId: user.id, sid: null }, START)
      return gone(() => database().outstandingToken.count({ where: { userId: user.id } }))
    },
  },
  'flush-expired-sessions': {
    due: DAY,
    make: async (user) => {
      await database().$transaction((tx) => startSession(tx, user, 'api', source))
      return gone(() => database().session.count({ where: { userId: user.id } }))
    },
  },
  'delete-expired-links': {
    due: DAY + 60_000,
    make: async (user) => {
      await issueOneTimeToken(database(), user, 'password_reset', 60, START)
      return gone(() => database().oneTimeToken.count({ where: { userId: user.id } }))
    },
  },
  'delete-expired-pending-logins': {
    due: 600_000,
    make: async (user) => {
      await database().$transaction((tx) => storePendingLogin(tx, passwordIdentity(user), false, source))
      return gone(() => database().pendingLogin.count({ where: { userId: user.id } }))
    },
  },
  'delete-expired-external-logins': {
    due: 600_000,
    make: async (user) => {
      const row = { purpose: 'link', provider: 'work', kind: 'browser', digest: `login${user.id}`, userId: user.id }
      await database().externalLogin.create({ data: { ...row, createdAt: START, expiresAt: new Date(START.getTime() + 600_000) } })
      return gone(() => database().externalLogin.count({ where: { userId: user.id } }))
    },
  },
  'delete-expired-trusted-devices': {
    due: 600_000,
    make: async (user) => {
      const row = { userId: user.id, digest: `trusted${user.id}`, passwordDigest: '', deactivations: 0, createdAt: START }
      await database().trustedDevice.create({ data: { ...row, expiresAt: new Date(START.getTime() + 600_000) } })
      return gone(() => database().trustedDevice.count({ where: { userId: user.id } }))
    },
  },
  'delete-used-challenges': {
    due: 300_000,
    make: async (user) => {
      const digest = `challenge${user.id}`
      await database().usedChallenge.create({ data: { digest, expiresAt: new Date(START.getTime() + 300_000) } })
      return gone(() => database().usedChallenge.count({ where: { digest } }))
    },
  },
  'delete-expired-counters': {
    due: 60_000,
    make: async (user) => {
      const key = `counter${user.id}`
      await database().throttleCounter.create({ data: { key, count: 1, expiresAt: START.getTime() / 1000 + 60 } })
      return gone(() => database().throttleCounter.count({ where: { key } }))
    },
  },
  'delete-expired-idempotency-keys': {
    due: 60_000,
    make: async (user) => {
      const id = `key${user.id}`
      await database().idempotencyKey.create({ data: { id, fingerprint: '', expiresAt: new Date(START.getTime() + 60_000) } })
      return gone(() => database().idempotencyKey.count({ where: { id } }))
    },
  },
  'delete-old-mail': {
    due: 7 * DAY,
    make: async (user) => {
      await enqueueEmail(database(), { kind: 'new_device', recipient: user.email, userId: user.id, content }, START)
      await database().outboxMail.updateMany({ where: { userId: user.id }, data: { sentAt: START } })
      return gone(() => database().outboxMail.count({ where: { userId: user.id } }))
    },
  },
  'delete-orphaned-mail': {
    due: 0,
    make: async (user) => {
      await enqueueEmail(database(), { kind: 'new_device', recipient: user.email, userId: user.id, content }, START)
      // As Django deletes an account: it knows nothing of the outbox.
      await database().user.delete({ where: { id: user.id } })
      return gone(() => database().outboxMail.count({ where: { recipient: user.email } }))
    },
  },
  'delete-old-events': {
    due: 365 * DAY,
    make: async (user) => {
      await recordEvent(database(), 'logged_out', { actorId: user.id, subjectId: user.id, detail: {} }, source)
      return gone(() => database().auditEvent.count({ where: { subjectId: user.id, event: 'logged_out' } }))
    },
  },
  'delete-unused-devices': {
    due: 400 * DAY,
    make: async (user) => {
      await database().knownDevice.create({ data: { userId: user.id, fingerprint: 'f', createdAt: START, lastSeenAt: START } })
      return gone(() => database().knownDevice.count({ where: { userId: user.id } }))
    },
  },
  'fill-phone-numbers': {
    due: 0,
    make: async (user) => {
      await database().user.update({ where: { id: user.id }, data: { phone: '+44 (0)20 7946 0958', phoneE164: null } })
      return async () => (await database().user.findUnique({ where: { id: user.id } }))?.phoneE164 === '+442079460958'
    },
  },
  'reencrypt-secrets': {
    due: 0,
    make: async (user) => {
      const owner = `totp\0${user.id}`
      const secret = withState(newState(), () => {
        applySettings({ ...process.env, SECRET_KEY: FORMER_KEY, SECRET_KEY_FALLBACKS: '' })
        return seal('JBSWY3DPEHPK3PXP', owner)
      })
      await database().totpDevice.create({ data: { userId: user.id, secret, createdAt: START } })
      return async () => {
        const device = await database().totpDevice.findUnique({ where: { userId: user.id } })
        const withoutFallback = withState(newState(), () => {
          applySettings({ ...process.env, SECRET_KEY_FALLBACKS: '' })
          return unseal(device?.secret ?? '', owner)
        })
        return withoutFallback === 'JBSWY3DPEHPK3PXP'
      }
    },
  },
}

describe('every job of the registry', () => {
  it.each(jobs.map(({ name }) => name))('%s handles what is due, not before, and says how much', async (name) => {
    const { due, make } = cases[name] as Case
    const user = await newUser({ dateJoined: START })
    const handled = await make(user)
    if (due > 0) {
      expect(await runDue(name, new Date(START.getTime() + due - 1000))).toMatchObject({ failed: [] })
      expect(await handled()).toBe(false)
    }
    const outcome = await runDue(name, new Date(START.getTime() + due))
    expect(outcome.handled).toBeGreaterThanOrEqual(1)
    expect(outcome.failed).toEqual([])
    expect(await handled()).toBe(true)
    expect(await runDue(name, new Date(START.getTime() + due))).toEqual({ handled: 0, failed: [] })
  })

  it('none is forgotten: every function of lib/jobs that takes a JobContext is in the registry', () => {
    const modules = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    const exported = modules.flatMap((name) => {
      const text = readFileSync(join(import.meta.dirname, name), 'utf8')
      return [...text.matchAll(/^export (?:async )?function\*? (\w+)\([^)]*JobContext/gm)].map(([, job = '']) => job)
    })
    expect(exported.sort()).toEqual(jobs.map(({ run }) => run.name).sort())
  })

  it('has a name of its own', () => {
    expect(new Set(jobs.map(({ name }) => name)).size).toBe(jobs.length)
    expect(settings().EMAIL_VERIFICATION).toBe('mandatory')
  })
})
