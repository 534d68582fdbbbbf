import { afterAll, describe, expect, it } from 'vitest'
import { database } from '../../db/client.ts'
import { fieldOptions } from '../../fields/text.ts'
import { serve } from '../../http/serve.ts'
import { newBrowser } from '../../http/testing/browser.ts'
import { catalogue } from '../../openapi/catalogue.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { readTheme } from '../../web/cookies.ts'
import { signupEndpoint } from '../signup/endpoints.ts'

const TYPED = { name: 'Ada', email: 'not yet', phone: '+44', password: 'Corr3ct-horse-battery', confirm_password: '', next: '/settings' }
const signup = serve(signupEndpoint)

afterAll(() => hashingPool().close())

it('a theme chosen in the middle of a form does nothing else, and the form comes back with what was typed but its secrets', async () => {
  const browser = newBrowser()
  const before = await database().user.count()
  const answer = await browser.post(signup, signupEndpoint.contract.path, { ...TYPED, _theme: 'dark' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/signup?next=%2Fsettings'])
  expect(browser.flash()).toEqual({ form: '/signup', values: { name: 'Ada', email: 'not yet', phone: '+44' } })
  expect(readTheme(browser.cookies())).toBe('dark')
  expect(await database().user.count()).toBe(before)
})

it('a theme that there is not leaves the form to be sent', async () => {
  const browser = newBrowser()
  await browser.post(signup, signupEndpoint.contract.path, { ...TYPED, _theme: 'purple' })
  expect(browser.flash()?.errors).toMatchObject({ email: ['email'] })
})

describe('on every page', () => {
  const forms = catalogue
    .filter(({ contract: { input }, form }) => form && input)
    .map((endpoint) => [endpoint.contract.operationId, endpoint] as const)

  it.each(forms)('the form of %s comes back with what was typed, and nothing is done', async (_, endpoint) => {
    const browser = newBrowser()
    const own = { name: 'Ada', email: `${endpoint.contract.operationId}@theme.example`, phone: '+44 808 157 0192' }
    const password = 'Corr3ct-horse-battery'
    if (endpoint.policy.access === 'authenticated') {
      await browser.post(signup, signupEndpoint.contract.path, {
        ...own,
        phone: endpoint.contract.operationId.slice(-20),
        password,
        confirm_password: password,
      })
      const user = await database().user.update({ where: { email: own.email.toLowerCase() }, data: { isStaff: true, isSuperuser: true } })
      await database().session.updateMany({ where: { userId: user.id }, data: { authenticatedAt: new Date(0) } })
    }
    const fields = Object.entries(endpoint.contract.input?.shape ?? {})
    const typed = Object.fromEntries(fields.map(([name]) => [name, '1']))
    const kept = Object.fromEntries(fields.flatMap(([name, field]) => (fieldOptions(field)?.secret ? [] : [[name, '1']])))
    const path =
      endpoint.contract.path.replaceAll(/\{\w+\}/g, '1') +
      (endpoint.contract.method === 'POST' ? '' : `?_method=${endpoint.contract.method}`)
    const run = () => Promise.reject(new Error('It was done.'))
    const answer = await browser.post(serve({ ...endpoint, run }), path, { ...typed, _theme: 'dark' })
    expect([answer.status, readTheme(browser.cookies())]).toEqual([303, 'dark'])
    expect(browser.flash()).toMatchObject({ values: kept })
  })
})
