/** Every endpoint of the admin area, and who is let in: by API and by crafted form post (AZ-1, AD-1). */
import { type Account, signUp } from '../http/testing/accounts.ts'
import { logInByForm, openPage, postForm } from '../http/testing/cookies.ts'
import { type Call, expect, test } from '../http/testing/fixtures.ts'
import { as, staff, superuser } from '../http/testing/staff.ts'
import { addressOf, ENDPOINTS, methodsOf } from './testing/endpoint-permissions.ts'

/** A view permission opens these, and is not enough: each action asks for its own. */
const FOR_VIEWERS_REFUSED = ['POST /api/admin/users/actions']

const DENIED = { detail: 'You do not have permission to perform this action.' }

interface Who {
  account: Account
  cookie: string
}

const signedIn = async (call: Call, account: Account): Promise<Who> => ({ account, cookie: await logInByForm(call, account) })

const withBody = (method: string) => ({ method, ...(method === 'GET' ? {} : { json: {} }) })

/** e2e/api/admin-inventory.spec.ts holds them against the build. */
const routes = [...new Set(Object.keys(ENDPOINTS).map((endpoint) => endpoint.split(' ')[1] ?? ''))]

test('AZ-1: no endpoint answers requests without credentials, people who are no staff, or staff without the permission, by API or by form', async ({
  call,
  server,
}) => {
  const [target, root] = [await signUp(call), await superuser(call, server.sql)]
  const before = await server.sql('SELECT * FROM accounts_user WHERE id = ?', [target.id])
  const refused = [await signedIn(call, await signUp(call)), await signedIn(call, await staff(call, server.sql))]
  for (const route of routes) {
    const address = `${addressOf(route).replace('/1', `/${target.id}`)}/`
    const { has, hasNot } = await methodsOf(call, route, root)
    for (const method of has) {
      expect.soft((await call(address, withBody(method))).status, `${method} ${address} without credentials`).toBe(401)
      for (const { account, cookie } of refused) {
        const answer = await call(address, { ...withBody(method), ...as(account) })
        expect.soft([answer.status, answer.body], `${method} ${address}`).toEqual([403, DENIED])
        if (method === 'GET') {
          expect.soft((await openPage(call, address, cookie)).status, `${address} in a browser`).toBe(403)
          continue
        }
        const form = await postForm(call, `${address}?_method=${method}`, { is_superuser: 'true', name: 'Crafted' }, { cookie })
        expect.soft(form.status, `${method} ${address} by form`).toBe(403)
        expect.soft(form.text, `${method} ${address} by form`).toContain('You do not have permission')
      }
      if (method === 'GET') continue
      const elsewhere = await postForm(call, `${address}?_method=${method}`, {}, { cookie: '', 'sec-fetch-site': 'cross-site' })
      expect.soft(elsewhere.status, `${method} ${address} from another site`).toBe(403)
    }
    for (const method of hasNot) {
      expect.soft((await call(address, withBody(method))).status, `${method} ${address} without credentials`).toBe(401)
      for (const { account, cookie } of [...refused, { account: root, cookie: null }]) {
        expect.soft((await call(address, { ...withBody(method), ...as(account) })).status, `${method} ${address}`).toBe(405)
        if (cookie === null || method === 'GET') continue
        // A method that takes no form is not to be had by naming it: what is asked for then is POST.
        const form = await postForm(call, `${address}?_method=${method}`, {}, { cookie })
        expect.soft([403, 405], `${method} ${address} by form`).toContain(form.status)
      }
    }
  }
  expect(await server.sql('SELECT * FROM accounts_user WHERE id = ?', [target.id])).toEqual(before)
  const [denials] = await server.sql("SELECT COUNT(*) AS count FROM accounts_auditevent WHERE event = 'admin_denied' AND actor_id = ?", [
    refused[1]?.account.id ?? 0,
  ])
  expect(Number(denials?.count), 'each permission that staff lacked is in the audit log, once').toBeGreaterThanOrEqual(5)
})

test('AZ-1: who may look at everything changes nothing, by API or by form; what is not there is 404', async ({ call, server }) => {
  const target = await signUp(call)
  const before = await server.sql('SELECT * FROM accounts_user WHERE id = ?', [target.id])
  const rows = await server.sql("SELECT codename FROM auth_permission WHERE codename LIKE 'view_%'")
  const viewer = await signedIn(
    call,
    await staff(
      call,
      server.sql,
      rows.map(({ codename }) => String(codename)),
    ),
  )
  for (const [endpoint, permissions] of Object.entries(ENDPOINTS)) {
    const [method = '', route = ''] = endpoint.split(' ')
    const address = `${addressOf(route).replace('/1', `/${target.id}`)}/`
    const looks = permissions.some((right) => right.startsWith('view_')) && !FOR_VIEWERS_REFUSED.includes(endpoint)
    const input = endpoint.endsWith('/actions') ? { action: 'deactivate', ids: [target.id] } : {}
    const answer = await call(address, { method, ...(method === 'GET' ? {} : { json: input }), ...as(viewer.account) })
    // There is no group of that number.
    expect.soft(looks ? (route === '/api/admin/groups/[id]' ? [200, 404] : [200]) : [403], endpoint).toContain(answer.status)
    if (looks) {
      if (!route.includes('[id]')) continue
      expect
        .soft((await call(addressOf(route).replace('/1', '/999999999999'), as(viewer.account))).status, `${endpoint} of nothing`)
        .toBe(404)
      continue
    }
    const form = { ...(input.action ? { action: input.action, ids: String(target.id) } : { name: 'Crafted', is_superuser: 'true' }) }
    expect
      .soft((await postForm(call, `${address}?_method=${method}`, form, { cookie: viewer.cookie })).status, `${endpoint} by form`)
      .toBe(403)
  }
  expect(await server.sql('SELECT * FROM accounts_user WHERE id = ?', [target.id])).toEqual(before)
})

test('AZ-1: each endpoint opens to staff with its permission, and that alone', async ({ call, server }) => {
  const target = await signUp(call)
  const holders = new Map<string, Account>()
  for (const [endpoint, permissions] of Object.entries(ENDPOINTS)) {
    const [method = '', route = ''] = endpoint.split(' ')
    for (const right of permissions) {
      const holder = holders.get(right) ?? (await staff(call, server.sql, [right]))
      holders.set(right, holder)
      // Nothing that is there is deleted here: it is enough that it is not refused.
      const id = method === 'DELETE' || !/\/(users|groups)\//.test(route) ? 999_999_999 : target.id
      const address = addressOf(route).replace('/1', `/${id}`)
      const answer = await call(`${address}/`, { ...withBody(method), ...as(holder) })
      expect.soft([200, 400, 404], `${endpoint} with ${right}`).toContain(answer.status)
    }
  }
})
