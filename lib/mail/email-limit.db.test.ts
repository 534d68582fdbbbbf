import { beforeEach, describe, expect, it } from 'vitest'
import { database, type User } from '../db/client.ts'
import { newUser } from '../users/testing/new-user.ts'
import type { EmailType } from './email-types.ts'
import { enqueueEmail } from './outbox.ts'

const START = new Date('2026-11-24T10:00:00Z')
const HOUR = 3600
const at = (seconds: number) => new Date(START.getTime() + seconds * 1000)
const content = { subject: 's', preheader: 'p', heading: 'h', paragraphs: [], closing: 'c' }

let verified: User
let unverified: User

beforeEach(async () => {
  verified = await newUser({ emailVerifiedAt: START })
  unverified = await newUser()
})

const queue = (kind: EmailType, user: User, seconds = 0, recipient = user.email) =>
  database().$transaction((tx) => enqueueEmail(tx, { kind, recipient, userId: user.id, content }, at(seconds)))

/** @returns how many of so many were queued */
async function queued(count: number, kind: EmailType, user: User, seconds = 0): Promise<number> {
  let sum = 0
  for (let done = 0; done < count; done++) if (await queue(kind, user, seconds)) sum += 1
  return sum
}

describe('RL-7: the limit of emails to one address', () => {
  it('12 concurrent requests queue exactly five, an hour later five more', async () => {
    const once = await Promise.all(Array.from({ length: 12 }, () => queue('password_reset', verified)))
    expect(once.filter(Boolean)).toHaveLength(5)
    expect(await database().outboxMail.count({ where: { recipient: verified.email } })).toBe(5)
    expect(await queued(12, 'password_reset', verified, HOUR)).toBe(5)
  })

  it('is shared by everything that strangers can cause, however the address is spelled', async () => {
    const types: EmailType[] = ['email_verification', 'already_registered', 'email_change', 'phone_taken', 'password_reset']
    const answers = []
    for (const type of [...types, ...types])
      answers.push(await queue(type, verified, 0, answers.length % 2 ? verified.email.toUpperCase() : verified.email))
    expect(answers).toEqual([true, true, true, true, true, false, false, false, false, false])
  })

  it('the last one is reserved for a password reset, so a flood of other emails can’t lock an owner out', async () => {
    for (const type of ['email_verification', 'already_registered', 'phone_taken', 'address_reserved', 'email_change'] as const) {
      const user = await newUser()
      expect(await queued(8, type, user), type).toBe(4)
      expect(await queued(2, 'password_reset', user), type).toBe(1)
      expect(await queued(1, type, user, HOUR), type).toBe(1)
    }
  })

  it('does not count an email whose transaction is rolled back', async () => {
    const failing = database().$transaction(async (tx) => {
      await enqueueEmail(tx, { kind: 'password_reset', recipient: verified.email, userId: verified.id, content }, START)
      throw new Error('rolled back')
    })
    await expect(failing).rejects.toThrow('rolled back')
    expect(await queued(6, 'password_reset', verified)).toBe(5)
  })

  it('issues no token when it is reached, so that the earlier links go on working', async () => {
    await queued(5, 'password_reset', verified)
    let issued = false
    const issueToken = async () => {
      issued = true
      return 1
    }
    const posting = { kind: 'password_reset', recipient: verified.email, userId: verified.id, issueToken, content } as const
    expect(await database().$transaction((tx) => enqueueEmail(tx, posting, START))).toBe(false)
    expect(issued).toBe(false)
  })

  it('a flood of resets, new devices or requested changes keeps back no notice that protects the owner', async () => {
    for (const user of [verified, unverified]) {
      for (const flood of ['password_reset', 'new_device', 'email_change_notice'] as const) await queued(20, flood, user)
      for (const notice of ['password_changed', 'email_changed', 'account_deletion'] as const)
        expect(await queue(notice, user), notice).toBe(true)
    }
  })

  it('what carries the way back is always sent', async () => {
    for (const type of ['email_changed', 'account_deletion'] as const) expect(await queued(20, type, unverified)).toBe(20)
  })

  it('an unverified address gets five notices a day in all, besides what must be sent', async () => {
    let sum = 0
    for (let hour = 0; hour < 24; hour++) {
      sum += await queued(3, 'new_device', unverified, hour * HOUR)
      sum += await queued(3, 'email_change_notice', unverified, hour * HOUR)
    }
    expect(sum).toBe(5)
    expect(await queue('new_device', unverified, 24 * HOUR)).toBe(true)
  })

  it('a verified address gets notices by the hour', async () => {
    expect(await queued(8, 'new_device', verified)).toBe(5)
    expect(await queued(8, 'new_device', verified, HOUR)).toBe(5)
  })
})
