import { expect, it } from 'vitest'
import { database } from '../../db/client.ts'
import { serve } from '../../http/serve.ts'
import { newBrowser } from '../../http/testing/browser.ts'
import { readTheme } from '../../http/theme-cookie.ts'
import { signupEndpoint } from '../signup/endpoints.ts'

const TYPED = { name: 'Ada', email: 'not yet', phone: '+44', password: 'Corr3ct-horse-battery', confirm_password: '', next: '/settings' }
const signup = serve(signupEndpoint)

it('a theme chosen in the middle of a form does nothing else, and the form comes back with what was typed but its secrets', async () => {
  const browser = newBrowser()
  const before = await database().user.count()
  const answer = await browser.post(signup, signupEndpoint.path, { ...TYPED, _theme: 'dark' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/signup?next=%2Fsettings'])
  expect(browser.flash()).toEqual({ form: '/signup', values: { name: 'Ada', email: 'not yet', phone: '+44' } })
  expect(readTheme(browser.cookies())).toBe('dark')
  expect(await database().user.count()).toBe(before)
})

it('a theme that there is not leaves the form to be sent', async () => {
  const browser = newBrowser()
  await browser.post(signup, signupEndpoint.path, { ...TYPED, _theme: 'purple' })
  expect(browser.flash()?.errors).toMatchObject({ email: ['email'] })
})
