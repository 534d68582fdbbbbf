/** Downloads that fail, asked of every endpoint that is one: a browser gets a page and an API client JSON. */
import { beforeEach, describe, expect, it } from 'vitest'
import { superuser } from '../admin/testing/staff.ts'
import { signIn } from '../authentication/testing/sign-in.ts'
import { database, type User } from '../db/client.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { readFlash } from '../http/flash.ts'
import { isDownload } from '../http/form-responses.ts'
import { serve } from '../http/serve.ts'
import { contextAt } from '../http/testing/context.ts'
import { lease } from '../throttle/admit.ts'
import { catalogue } from './catalogue.ts'

const html = { accept: 'text/html', 'sec-fetch-site': 'same-origin' }
const urlOf = ({ contract: { path } }: Endpoint) => `http://localhost:3000${path}`
const downloads = catalogue.filter((endpoint) => isDownload(endpoint, new Request(urlOf(endpoint), { headers: html })))

let user: User
let cookie = ''
beforeEach(async () => {
  await database().throttleCounter.deleteMany({})
  user = await superuser()
  const login = await database().$transaction((tx) => signIn(tx, user, contextAt(new Date(), { client: 'browser' })))
  cookie = `latchkey=${login.cookie?.token}`
})

const get = (endpoint: Endpoint, headers: Record<string, string>, query = '') =>
  serve(endpoint).GET(new Request(urlOf(endpoint) + query, { headers }))
const read = async (response: Response) => [response.status, await response.text()] as const

it('downloads are the export of one’s own data and those of the admin area', () => {
  expect(downloads.map(({ contract: { operationId } }) => operationId).length).toBeGreaterThanOrEqual(3)
})

describe.each(downloads.map((endpoint) => [endpoint.contract.path, endpoint] as const))('%s', (_path, endpoint) => {
  it('too many lead a browser back to the page of the link, which says so', async () => {
    for (let n = 0; n < 5; n++) expect((await read(await get(endpoint, { ...html, cookie })))[0]).toBe(200)
    const refused = await get(endpoint, { ...html, cookie })
    const location = refused.headers.get('location') ?? ''
    expect([refused.status, location]).toEqual([303, expect.stringMatching(/^\/(settings\/data|admin\/)/)])
    const flash = readFlash(refused.headers.get('set-cookie')?.split(';')[0] ?? '')
    expect(flash).toMatchObject({ form: location, errors: { non_field_errors: [expect.stringMatching(/^throttled:\d+$/)] } })
    expect((await get(endpoint, { accept: 'application/json', cookie })).status).toBe(429)
  })

  it('without a session a browser is led to the login page, and from there to the page of the link', async () => {
    const { status, headers } = await get(endpoint, html)
    expect([status, headers.get('location')]).toEqual([303, expect.stringMatching(/login\?next=%2F(settings%2Fdata|admin%2F)/)])
    expect((await get(endpoint, {})).status).toBe(401)
  })

  it('what no page can say is an error page', async () => {
    const refused = await get(endpoint, { ...html, 'sec-fetch-site': 'cross-site', cookie })
    expect([refused.status, refused.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8'])
  })

  it('one that is refused because another is under way is not counted', async () => {
    const release = await lease('answer', `user ${user.id}`, 600, new Date())
    for (let n = 0; n < 6; n++) expect((await get(endpoint, { cookie })).status).toBe(429)
    await release?.()
    expect((await read(await get(endpoint, { cookie })))[0]).toBe(200)
  })

  it('one whose client leaves before the answer begins keeps no other from beginning', async () => {
    const gone = new AbortController()
    await serve(endpoint).GET(new Request(urlOf(endpoint), { headers: { cookie }, signal: gone.signal }))
    gone.abort()
    await expect.poll(async () => (await read(await get(endpoint, { cookie })))[0]).toBe(200)
  })
})
