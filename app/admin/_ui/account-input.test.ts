import { afterEach, expect, it, vi } from 'vitest'
import { listUsersEndpoint } from '#lib/admin/models/users/endpoints'
import { suggestAccounts } from './account-input.tsx'

const ADA = { id: 1, email: 'ada@example.com', name: 'Ada' }

afterEach(() => vi.unstubAllGlobals())

/** Answers each request so. @returns the addresses that were asked */
function server(status: number, body: object): string[] {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(address)
    return Response.json(body, { status })
  })
  return asked
}

const suggest = (words: string) => suggestAccounts(words, new AbortController().signal)

it('asks the list of accounts for ten at most, which wants its permission and is throttled', async () => {
  const asked = server(200, { results: [ADA] })
  expect(await suggest(' ada@ ')).toEqual([ADA])
  expect(asked).toEqual([`${listUsersEndpoint.contract.path}?search=ada%40&page_size=10`])
  expect(listUsersEndpoint.policy).toMatchObject({ permission: 'accounts.view_user', throttle: { policy: 'admin' } })
})

it.each(['', 'a', '  a ', '1234'])('asks nothing for %j', async (words) => {
  const asked = server(200, { results: [ADA] })
  expect(await suggest(words)).toEqual([])
  expect(asked).toEqual([])
})

it.each([403, 429, 503])('suggests nothing where the server answers %i', async (status) => {
  server(status, { detail: 'No.' })
  expect(await suggest('ada')).toEqual([])
})
