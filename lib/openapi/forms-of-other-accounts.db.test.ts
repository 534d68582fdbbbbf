/** Forms that were opened by another account, asked of serve() for every endpoint that takes one. */
import { beforeAll, describe, expect, it } from 'vitest'
import { signIn } from '../authentication/testing/sign-in.ts'
import { database, type User } from '../db/client.ts'
import { ACCOUNT_FIELD } from '../fields/text.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { serve } from '../http/serve.ts'
import { contextAt } from '../http/testing/context.ts'
import { newUser } from '../users/testing/new-user.ts'
import { sessionCookie } from '../web/cookies.ts'
import { catalogue } from './catalogue.ts'

const withForm = catalogue.filter(({ form }) => form !== undefined)

let user: User
let cookie: string
beforeAll(async () => {
  // Who may do everything: what is refused is refused for the form alone.
  user = await newUser({ isStaff: true, isSuperuser: true })
  const now = new Date()
  const login = await database().$transaction((tx) => signIn(tx, user, contextAt(now, { client: 'browser' })))
  cookie = sessionCookie(login.cookie?.token ?? '', null, now).split(';')[0] ?? ''
})

/** Posts a form as the browser that is signed in. @returns the answer, and whether the use case ran */
async function post(endpoint: Endpoint, account: string | null): Promise<{ status: number; text: string; ran: boolean }> {
  let ran = false
  const { POST } = serve({
    ...endpoint,
    run: async () => {
      ran = true
      return { body: {} }
    },
  })
  const method = endpoint.contract.method === 'POST' ? '' : `?_method=${endpoint.contract.method}`
  const response = await POST(
    new Request(`http://localhost${endpoint.contract.path.replaceAll(/\{\w+\}/g, '1')}${method}`, {
      method: 'POST',
      headers: {
        accept: 'text/html',
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
        cookie,
      },
      body: new URLSearchParams(account === null ? {} : { [ACCOUNT_FIELD]: account }).toString(),
    }),
  )
  return { status: response.status, text: await response.text(), ran }
}

describe('a form that was opened by another account', () => {
  it.each(withForm.map((endpoint) => [`${endpoint.contract.method} ${endpoint.contract.path}`, endpoint] as const))(
    '%s changes nothing and says who is signed in',
    async (_, endpoint) => {
      const { status, text, ran } = await post(endpoint, String(user.id + 1))
      expect([status, ran]).toEqual([409, false])
      expect(text).toContain(`You are signed in as ${user.email} now`)
    },
  )

  it('counts neither as the account’s own form nor as one that says nothing: those are taken', async () => {
    for (const endpoint of withForm) {
      for (const account of [String(user.id), null]) expect((await post(endpoint, account)).status, endpoint.contract.path).not.toBe(409)
    }
  })
})
