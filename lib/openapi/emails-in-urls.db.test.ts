/** An address in a URL stays in the browser's history and in the logs of proxies: forms carry it, and cookies. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { passwordResetEndpoint } from '../accounts/password-reset/endpoints.ts'
import { OPEN_FIELD } from '../fields/text.ts'
import { serve } from '../http/serve.ts'
import { newBrowser } from '../http/testing/browser.ts'
import { hashingPool } from '../passwords/pool.ts'
import { catalogue } from './catalogue.ts'

afterAll(() => hashingPool().close())

const EMAIL = 'someone@urls.example'
const APP = resolve(import.meta.dirname, '../../app')

/** What staff searched for is in a list's address, as in Django's admin; a link may lead to such a search. */
const SEARCHES = ['admin/_views/user-activity.tsx']

it.each(catalogue.filter(({ form }) => form !== undefined).map((endpoint) => [endpoint.contract.operationId, endpoint] as const))(
  '%s leads to no URL that holds what its form did',
  async (_, endpoint) => {
    const fields = Object.keys(endpoint.contract.input?.shape ?? {}).filter((name) => name !== 'search')
    const form = { ...Object.fromEntries(fields.map((name) => [name, EMAIL])), _find: '' }
    const method = endpoint.contract.method === 'POST' ? '' : `?_method=${endpoint.contract.method}`
    for (const more of [{}, { [OPEN_FIELD]: '1' }, { _theme: 'dark' }]) {
      const path = endpoint.contract.path.replaceAll(/\{\w+\}/g, '1')
      const answer = await newBrowser().post(serve(endpoint), `${path}${method}`, { ...form, ...more })
      expect(decodeURIComponent(answer.headers.get('location') ?? '')).not.toContain('@')
    }
  },
)

it('no page writes an address into a link', () => {
  const writes = /\?[^\s'"`]*\$\{[^}]*email|URLSearchParams\(\{[^}]*email|searchParams\.(set|append)\([^)]*email|[?&]email=/i
  const sources = readdirSync(APP, { recursive: true, withFileTypes: true }).filter(
    ({ name }) => /\.tsx?$/.test(name) && !name.includes('.test.'),
  )
  const files = sources.map(({ parentPath, name }) => join(parentPath, name)).filter((file) => writes.test(readFileSync(file, 'utf8')))
  expect(files.map((file) => relative(APP, file))).toEqual(SEARCHES)
})

it('the form for a reset is opened with an address, and nothing is asked for by that', async () => {
  const browser = newBrowser()
  const answer = await browser.post(serve(passwordResetEndpoint), passwordResetEndpoint.contract.path, { email: EMAIL, [OPEN_FIELD]: '1' })
  expect(answer.headers.get('location')).toBe('/password-reset')
  expect(browser.flash()).toEqual({ form: '/password-reset', values: { email: EMAIL } })
  expect(browser.cookies()).not.toContain('latchkey_reset')
})
