/** What the pages ask of a phone number and the API, which is the original's, does not. */
import { describe, expect, it } from 'vitest'
import { checkChange, checkNewUser } from '../admin/models/users/check-input.ts'
import type { Context } from '../http/endpoint.ts'
import { contextAt, contextOf } from '../http/testing/context.ts'
import { newUser } from '../users/testing/new-user.ts'
import { checkProfile } from './profile/endpoints.ts'
import { checkAvailability as checkSignup } from './signup/endpoints.ts'

const NOW = new Date('2026-11-24T10:00:00Z')
/** A number of the range that is kept for drama, which the tests of one file have to themselves. */
const numberEndingIn = (digits: string) => `+44 20 7946 ${digits}`

/** The three kinds of pages with a phone field. */
const entries: Record<string, (phone: string, more: Pick<Partial<Context>, 'ownPage' | 'client'>) => Promise<unknown>> = {
  'sign-up': async (phone, more) => (await checkSignup({ phone }, contextAt(NOW, more))).phone,
  profile: async (phone, more) => (await checkProfile({ phone }, { ...contextOf(await newUser(), NOW), ...more })).phone,
  'add user': async (phone, more) =>
    (await checkNewUser({ phone, sign_in_by: 'none' }, { ...contextOf(await newUser(), NOW), ...more })).phone,
  'change user': async (phone, more) =>
    (await checkChange({ phone }, { ...contextOf(await newUser(), NOW), ...more, params: { id: String((await newUser()).id) } })).phone,
}

describe.each(Object.entries(entries))('a phone number entered at %s', (_, problemOf) => {
  it('must be one on our own page, and is any text for the API and its forms', async () => {
    for (const phone of ['abc', '12', '020 7946 0001']) {
      expect(await problemOf(phone, { ownPage: true })).toEqual(['phone_country_code'])
      expect(await problemOf(phone, { ownPage: false })).toBeUndefined()
    }
  })

  it('is taken in every spelling, on our own page; for the API each text is its own', async () => {
    const digits = String(1000 + Math.floor(Math.random() * 9000))
    await newUser({ phone: numberEndingIn(digits) })
    expect(await problemOf(`+44207946${digits}`, { ownPage: true })).toEqual(['unique:phone'])
    expect(await problemOf(`+44207946${digits}`, { ownPage: false })).toBeUndefined()
    expect(await problemOf(numberEndingIn(digits), { ownPage: false })).toEqual(['unique:phone'])
  })
})

describe('an odd number that is kept already', () => {
  it('stands in the way of no other field', async () => {
    const user = await newUser({ phone: `by pigeon ${Math.random().toString(36).slice(2, 10)}` })
    const own = { ...contextOf(user, NOW), ownPage: true }
    expect(await checkProfile({ name: 'Ada', phone: user.phone }, own)).toEqual({})
    expect(await checkChange({ name: 'Ada', phone: user.phone }, { ...own, params: { id: String(user.id) } })).toEqual({})
  })
})
