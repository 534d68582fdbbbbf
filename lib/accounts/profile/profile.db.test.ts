import { describe, expect, it } from 'vitest'
import { database, type User } from '../../db/client.ts'
import { ValidationFailed } from '../../errors.ts'
import { contextOf } from '../../http/testing/context.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { checkProfile, updateProfile } from './endpoints.ts'

const NOW = new Date('2026-11-24T10:00:00Z')
const update = (user: User, input: Record<string, string>) => updateProfile(input, contextOf(user, NOW))
const rowOf = (id: number) => database().user.findUniqueOrThrow({ where: { id } })
const eventsOf = (id: number) => database().auditEvent.findMany({ where: { subjectId: id } })
const errorsOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => (error instanceof ValidationFailed ? error.errors : error),
  )

describe('a change of the profile', () => {
  it('writes the fields that differ, and which they were, but not what they said', async () => {
    const user = await newUser({ name: 'Ada', phone: '+44 20 7946 0001' })
    const { body } = await update(user, { name: 'Ada', phone: '+44 20 7946 0002', first_name: 'Augusta' })
    expect(body).toMatchObject({ id: user.id, name: 'Ada', phone: '+44 20 7946 0002', first_name: 'Augusta', last_name: '' })
    expect(await rowOf(user.id)).toEqual({ ...user, phone: '+44 20 7946 0002', phoneE164: '+442079460002', firstName: 'Augusta' })
    const [event, ...others] = await eventsOf(user.id)
    expect(others).toEqual([])
    expect(event).toMatchObject({ event: 'profile_updated', actorId: user.id, outcome: 'success', at: NOW })
    expect(JSON.parse(event?.detail ?? '')).toEqual({ fields: ['phone', 'first_name'] })
  })

  it('takes back the E.164 form of a number that has none any more', async () => {
    const user = await newUser({ phone: '+44 20 7946 0003', phoneE164: '+442079460003' })
    await update(user, { phone: 'by pigeon' })
    expect((await rowOf(user.id)).phoneE164).toBeNull()
  })

  it('that changes nothing writes nothing', async () => {
    const user = await newUser({ name: 'Ada' })
    for (const input of [{}, { name: 'Ada', phone: user.phone, first_name: '' }])
      expect((await update(user, input)).body).toMatchObject({ name: 'Ada' })
    expect(await rowOf(user.id)).toEqual(user)
    expect(await eventsOf(user.id)).toEqual([])
  })

  it('writes no column but its own, whatever reaches it', async () => {
    const user = await newUser()
    const hostile = {
      id: '1',
      email: 'x@y.example',
      isStaff: 'true',
      is_superuser: 'true',
      password: 'x',
      emailVerifiedAt: 'x',
      deletionDueAt: 'x',
    }
    await update(user, { ...hostile, name: 'Only this' })
    expect(await rowOf(user.id)).toEqual({ ...user, name: 'Only this' })
  })

  it('refuses what belongs to another account, and not the account’s own', async () => {
    const [ada, grace] = [await newUser(), await newUser()]
    const check = (values: Record<string, string>) => checkProfile(values, contextOf(ada, NOW))
    expect(await check({ phone: grace.phone, username: grace.username })).toEqual({
      phone: ['unique:phone'],
      username: ['unique_username'],
    })
    expect(await check({ phone: ada.phone, username: ada.username })).toEqual({})
  })

  it('tells who came second by a hair that it is taken, and changes nothing', async () => {
    const [ada, grace] = [await newUser(), await newUser()]
    expect(await errorsOf(update(ada, { name: 'New', phone: grace.phone }))).toEqual({ phone: ['unique:phone'] })
    expect(await errorsOf(update(ada, { name: 'New', username: grace.username }))).toEqual({ username: ['unique_username'] })
    expect(await rowOf(ada.id)).toEqual(ada)
    expect(await eventsOf(ada.id)).toEqual([])
  })

  it('of an account that has been closed since is refused', async () => {
    const user = await newUser({ isActive: false })
    await expect(update(user, { name: 'New' })).rejects.toMatchObject({ status: 401 })
    expect((await rowOf(user.id)).name).toBe(user.name)
  })
})
