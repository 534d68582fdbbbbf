/** What a form held when its session was over: shown again after the sign-in that leads back to it, and never otherwise. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { loginEndpoint } from '../accounts/login/endpoints.ts'
import { updateProfileEndpoint } from '../accounts/profile/endpoints.ts'
import { database, type User } from '../db/client.ts'
import { makePassword } from '../passwords/hash.ts'
import { hashingPool } from '../passwords/pool.ts'
import { newUser } from '../users/testing/new-user.ts'
import { serve } from './serve.ts'
import { type Browser, newBrowser } from './testing/browser.ts'

const PASSWORD = 'Corr3ct-horse-battery'
const PROFILE = '/settings/profile'

let hash = ''
beforeAll(async () => {
  hash = await makePassword(PASSWORD)
})
afterAll(() => hashingPool().close())

let user: User
let browser: Browser

const signIn = (more: Record<string, string> = {}) =>
  browser.post(serve(loginEndpoint), '/api/accounts/login/', { email: user.email, password: PASSWORD, ...more })
const save = (name: string) => browser.post(serve(updateProfileEndpoint), '/api/accounts/me/?_method=PATCH', { name })

/** A browser that sent the form after its session was over. */
beforeEach(async () => {
  user = await newUser({ password: hash, emailVerifiedAt: new Date() })
  browser = newBrowser()
  await signIn()
  await database().session.updateMany({ where: { userId: user.id }, data: { expiresAt: new Date(Date.now() - 1000) } })
  const refused = await save('Typed too late')
  expect(refused.headers.get('location')).toBe(`/login?next=${encodeURIComponent(PROFILE)}`)
})

describe('what a form held when its session was over', () => {
  it('is there again after the sign-in that leads back to it, once', async () => {
    const back = await signIn({ next: PROFILE })
    expect(back.headers.get('location')).toBe(PROFILE)
    expect(browser.flash()).toMatchObject({ form: PROFILE, values: { name: 'Typed too late' } })
    expect(browser.cookies()).not.toContain('latchkey_draft')
  })

  it('is forgotten when the form is saved after all, and the page says what was saved', async () => {
    await signIn()
    expect(browser.cookies()).toContain('latchkey_draft')
    await save('Typed in time')
    expect(browser.flash()).toMatchObject({ form: PROFILE, status: 'changes_saved' })
    expect(browser.flash()?.values?.name).toBeUndefined()
    expect(browser.cookies()).not.toContain('latchkey_draft')
    expect((await database().user.findUniqueOrThrow({ where: { id: user.id } })).name).toBe('Typed in time')
  })
})
