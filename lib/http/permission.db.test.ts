/** Who is let in where an endpoint declares a permission, asked of serve() itself, without a server (AZ-1, X6). */
import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { signIn } from '../authentication/testing/sign-in.ts'
import { database, type User } from '../db/client.ts'
import { boolean, idList } from '../fields/choice.ts'
import { text } from '../fields/text.ts'
import { newUser } from '../users/testing/new-user.ts'
import { endpoint } from './endpoint.ts'
import { serve } from './serve.ts'
import { contextAt } from './testing/context.ts'

let asked: unknown[] = []
const { GET, POST } = serve(
  endpoint({
    contract: {
      method: 'GET',
      path: '/api/admin/things/',
      name: 'Things',
      description: '',
      operationId: 'x',
      tag: 'Administration',
      responses: {},
      query: z.object({ q: text({ label: 'Q', maxLength: 3 }), on: boolean({ label: 'On' }) }),
    },
    policy: { access: 'authenticated', permission: 'accounts.view_user' },
    run: async (_input, { query }) => {
      asked.push(query)
      return { body: {} }
    },
  }),
  endpoint({
    contract: {
      method: 'POST',
      path: '/api/admin/things/',
      name: 'Things',
      description: '',
      operationId: 'y',
      tag: 'Administration',
      responses: {},
      input: z.object({ on: boolean({ label: 'On' }), ids: idList({ label: 'Ids' }) }),
    },
    policy: { access: 'authenticated', permission: 'accounts.change_user' },
    form: { page: '/admin/things', success: '/admin/things' },
    run: async (input) => {
      asked.push(input)
      return { body: {} }
    },
  }),
)

async function accessOf(user: User): Promise<string> {
  const { tokens } = await database().$transaction((tx) => signIn(tx, user, contextAt(new Date())))
  return tokens?.access as string
}

async function answerTo(handler: typeof GET, user: User | null, search = '', init: RequestInit = {}): Promise<[number, unknown]> {
  asked = []
  const headers = { ...(user && { authorization: `Bearer ${await accessOf(user)}` }), ...(init.headers as Record<string, string>) }
  const response = await handler(new Request(`http://localhost:3000/api/admin/things/${search}`, { ...init, headers }))
  return [response.status, await response.json()]
}

const DENIED = { detail: 'You do not have permission to perform this action.' }

describe('an endpoint with a permission', () => {
  it('is for active staff who hold it, and for superusers who are staff', async () => {
    const rows = await database().permission.findMany({ where: { codename: { in: ['view_user', 'change_user'] } } })
    const idOf = (codename: string) => rows.find((row) => row.codename === codename)?.id as number
    const holder = async (codename: string, more: Partial<User>) => {
      const user = await newUser(more)
      await database().userPermission.create({ data: { userId: user.id, permissionId: idOf(codename) } })
      return user
    }
    expect((await answerTo(GET, null))[0]).toBe(401)
    for (const user of [
      await newUser(),
      await newUser({ isStaff: true }),
      await newUser({ isSuperuser: true }),
      await holder('view_user', {}),
    ]) {
      expect(await answerTo(GET, user)).toEqual([403, DENIED])
      expect(asked).toEqual([])
      for (let n = 0; n < 5; n++) expect((await answerTo(GET, user))[0]).toBe(403)
      const events = await database().auditEvent.findMany({ where: { actorId: user.id, event: 'admin_denied' } })
      expect(events, 'once, however often it is asked for').toMatchObject([
        { outcome: 'failure', detail: '{"permission":"accounts.view_user"}' },
      ])
    }
    const viewer = await holder('view_user', { isStaff: true })
    expect((await answerTo(GET, viewer))[0]).toBe(200)
    expect(await answerTo(POST, viewer, '', { method: 'POST', body: '{}' })).toEqual([403, DENIED])
    expect((await answerTo(GET, await holder('change_user', { isStaff: true })))[0]).toBe(200)
    expect((await answerTo(GET, await newUser({ isStaff: true, isSuperuser: true })))[0]).toBe(200)
  })

  it('takes the parameters that it declares and no other', async () => {
    const root = await newUser({ isStaff: true, isSuperuser: true })
    expect((await answerTo(GET, root, '?q=abc&on=YES&format=json'))[0]).toBe(200)
    expect(asked).toEqual([{ q: 'abc', on: true }])
    expect(await answerTo(GET, root, '?q=abcd&on=x')).toEqual([
      400,
      { q: ['Ensure this field has no more than 3 characters.'], on: ['Must be a valid boolean.'] },
    ])
    expect(await answerTo(GET, root, '?password__startswith=x')).toEqual([
      400,
      { non_field_errors: ['"password__startswith" is not a parameter here.'] },
    ])
    expect(asked).toEqual([])
  })

  it('reads booleans and lists of JSON and of forms alike', async () => {
    const root = await newUser({ isStaff: true, isSuperuser: true })
    const post = (body: string, type = 'application/json') =>
      answerTo(POST, root, '', { method: 'POST', body, headers: { 'content-type': type } })
    for (const [body, type] of [
      ['{"on":true,"ids":[2,1,2]}'],
      ['{"on":"true","ids":["2","1"]}'],
      ['on=false&on=true&ids=&ids=2&ids=1', 'application/x-www-form-urlencoded'],
    ] as const) {
      expect((await post(body, type))[0]).toBe(200)
      expect(asked).toEqual([{ on: true, ids: [2, 1] }])
    }
    expect((await post('{"on":false,"ids":[]}'))[0]).toBe(200)
    expect(asked).toEqual([{ on: false, ids: [] }])
    for (const bad of ['[null]', '[true]', '[{}]', '["x"]', '[1.5]', '[-1]', '[99999999999999999999]', '{}', '1.5']) {
      expect((await post(`{"on":true,"ids":${bad}}`))[0]).toBe(400)
    }
  })
})
