/** RFC 9110 §13.1: the account is sent again only when it changed, and changed only as the client saw it. */
import { bearer } from './testing/accounts.ts'
import { expect, test } from './testing/fixtures.ts'

const ME = '/api/accounts/me/'

test('the account has a strong ETag: 304 while it is the same, another one when it is not', async ({ call, newAccount }) => {
  const { access } = await newAccount()
  const first = await call(ME, { headers: bearer(access) })
  const tag = first.headers.etag as string
  expect(tag).toMatch(/^"[\w-]{22}"$/)
  for (const known of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
    const same = await call(ME, { headers: { ...bearer(access), 'if-none-match': known } })
    expect(same.status, known).toBe(304)
    expect(same.text, known).toBe('')
    expect(same.headers.etag, known).toBe(tag)
    expect(same.headers['cache-control'], known).toBe('private, no-store')
  }
  const changed = await call(ME, { method: 'PATCH', json: { name: 'Ada Byron' }, headers: bearer(access) })
  expect(changed.headers.etag).not.toBe(tag)
  const second = await call(ME, { headers: { ...bearer(access), 'if-none-match': tag } })
  expect(second.status).toBe(200)
  expect(second.headers.etag).toBe(changed.headers.etag)
})

test('a PATCH after another one is 412 and changes nothing; without If-Match it succeeds', async ({ call, newAccount }) => {
  const { access } = await newAccount()
  const tag = (await call(ME, { headers: bearer(access) })).headers.etag as string
  const patch = (json: object, ifMatch?: string) =>
    call(ME, { method: 'PATCH', json, headers: { ...bearer(access), ...(ifMatch !== undefined && { 'if-match': ifMatch }) } })
  expect((await patch({ name: 'First' }, tag)).status).toBe(200)
  for (const stale of [tag, '"x"', '', `W/${tag}`, `${tag}, "y"`]) {
    for (const json of [{ name: 'Second' }, { name: 'First' }, {}]) {
      const refused = await patch(json, stale)
      expect(refused.status, stale).toBe(412)
      expect(refused.body, stale).toMatchObject({ code: 'precondition_failed' })
    }
  }
  const now = await call(ME, { headers: bearer(access) })
  expect(now.body).toMatchObject({ name: 'First' })
  // A weak tag matches nothing here (strong comparison), a list what is in it, `*` whatever there is.
  expect((await patch({ name: 'Third' }, `W/${now.headers.etag}`)).status).toBe(412)
  expect((await patch({ name: 'Third' }, `"x", ${now.headers.etag}`)).status).toBe(200)
  expect((await patch({ name: 'Fourth' }, '*')).status).toBe(200)
  expect((await patch({ name: 'Fifth' })).status).toBe(200)
})

test('of sixteen PATCHes that saw the same account one goes through', async ({ call, newAccount }) => {
  const { access } = await newAccount()
  const tag = (await call(ME, { headers: bearer(access) })).headers.etag as string
  const patches = Array.from({ length: 16 }, (_, n) =>
    call(ME, { method: 'PATCH', json: { first_name: `N${n}` }, headers: { ...bearer(access), 'if-match': tag } }),
  )
  const statuses = (await Promise.all(patches)).map(({ status }) => status).sort()
  expect(statuses).toEqual([200, ...Array.from({ length: 15 }, () => 412)])
})
