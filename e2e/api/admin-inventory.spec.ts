/** Every route and page of the admin area, and who is let in: by page, by API and by crafted form post (AZ-1, AD-1). */
import { declaredModels, hasObjects, models } from '../../lib/admin/registry.ts'
import { type Account, signUp } from '../../lib/http/testing/accounts.ts'
import { logInByForm, openPage, postForm } from '../../lib/http/testing/cookies.ts'
import { as, staff, superuser } from '../../lib/http/testing/staff.ts'
import { addressOf, builtRoutes } from '../built-routes.ts'
import { type Call, expect, test } from '../fixtures.ts'

/** What each endpoint wants, as an operator would say it. One that is not here is one that nobody has decided about. */
const ENDPOINTS: Record<string, string[]> = {
  'GET /api/admin/users': ['view_user'],
  'POST /api/admin/users': ['add_user'],
  'GET /api/admin/users/[id]': ['view_user'],
  'PATCH /api/admin/users/[id]': ['change_user'],
  'DELETE /api/admin/users/[id]': ['delete_user'],
  'POST /api/admin/users/[id]/password': ['change_user'],
  'GET /api/admin/users/[id]/sessions': ['view_session', 'change_user'],
  'DELETE /api/admin/users/[id]/sessions': ['change_user'],
  'POST /api/admin/users/actions': ['view_user'],
  'GET /api/admin/users/export': ['view_user'],
  'GET /api/admin/groups': ['view_group'],
  'POST /api/admin/groups': ['add_group'],
  'GET /api/admin/groups/[id]': ['view_group'],
  'PATCH /api/admin/groups/[id]': ['change_group'],
  'DELETE /api/admin/groups/[id]': ['delete_group'],
  'GET /api/admin/groups/choices': ['view_group', 'change_user'],
  'GET /api/admin/permissions': ['view_permission', 'change_user', 'add_group', 'change_group'],
  'GET /api/admin/sessions': ['view_session'],
  'DELETE /api/admin/sessions/[id]': ['change_user'],
  'GET /api/admin/outstanding-tokens': ['view_outstandingtoken'],
  'GET /api/admin/blacklisted-tokens': ['view_blacklistedtoken'],
  'GET /api/admin/outbox': ['view_outboxmail'],
  'POST /api/admin/outbox/[id]/resend': ['change_outboxmail'],
  'GET /api/admin/throttles': ['view_throttlecounter'],
  'POST /api/admin/throttles/[id]/release': ['change_throttlecounter'],
  'GET /api/admin/audit': ['view_logentry'],
  'GET /api/admin/audit/export': ['view_logentry'],
}

/** Which the right to look is not enough for, although it opens them: each of their deeds asks for its own. */
const FOR_VIEWERS_REFUSED = ['POST /api/admin/users/actions']

/** What each page wants; null where every member of staff may see it. */
const PAGES: Record<string, string | null> = {
  '/admin': null,
  '/admin/users/add': 'add_user',
  // It says whom.
  '/admin/users/delete': 'view_user and delete_user',
  '/admin/users/deactivate': 'change_user',
  '/admin/users/[id]': 'view_user',
  '/admin/users/[id]/delete': 'delete_user',
  '/admin/users/[id]/history': 'view_user',
  '/admin/users/[id]/password': 'change_user',
  '/admin/groups/add': 'add_group',
  '/admin/groups/[id]': 'view_group',
  '/admin/groups/[id]/delete': 'delete_group',
  '/admin/groups/[id]/history': 'view_group',
  '/admin/throttles': 'view_throttlecounter',
}

/** The lists, all of which are one page, '/admin/[model]'. */
const LISTS: Record<string, string> = {
  '/admin/users': 'view_user',
  '/admin/groups': 'view_group',
  '/admin/sessions': 'view_session',
  '/admin/audit': 'view_logentry',
  '/admin/outbox': 'view_outboxmail',
  '/admin/outstanding-tokens': 'view_outstandingtoken',
  '/admin/blacklisted-tokens': 'view_blacklistedtoken',
}

const listOf = new Map(Object.entries(LISTS).map(([page, right]) => [right, page.replace('/admin/', '')]))

/** Where a route is about a list, the one that the right opens. */
const atList = (route: string, right = '') => route.replace('[list]', listOf.get(right) ?? '')

/** The one that is for whoever is not signed in. */
const LOGIN = '/admin/login'

const DENIED = { detail: 'You do not have permission to perform this action.' }
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

interface Who {
  account: Account
  cookie: string
}

const signedIn = async (call: Call, account: Account): Promise<Who> => ({ account, cookie: await logInByForm(call, account) })

/** What a route or page stands for: with `[model]` in it, one of each model that it serves. */
const ofEach = (routes: string[], served: readonly { path: string }[]) =>
  routes.flatMap((route) => (route.includes('[model]') ? served.map(({ path }) => route.replace('[model]', path)) : [route]))

const apiRoutes = async () =>
  ofEach(
    (await builtRoutes()).routes.filter((route) => route.startsWith('/api/admin')),
    declaredModels,
  )
const adminPages = async () => {
  const pages = (await builtRoutes()).pages.filter((page) => page.startsWith('/admin') && page !== LOGIN && page !== '/admin/[model]')
  return ofEach(pages, models.filter(hasObjects))
}

/** Route, its methods as it says itself, and those that it has not. */
async function methodsOf(call: Call, route: string, root: Account) {
  const { headers } = await call(`${addressOf(route)}/`, { method: 'OPTIONS', ...as(root) })
  const allowed = (headers.allow ?? '').split(', ')
  return { has: METHODS.filter((method) => allowed.includes(method)), hasNot: METHODS.filter((method) => !allowed.includes(method)) }
}

const withBody = (method: string) => ({ method, ...(method === 'GET' ? {} : { json: {} }) })

test('AZ-1: each endpoint and each page of the build is in the tables, and all that is in them is built', async ({ call, server }) => {
  const root = await superuser(call, server.sql)
  const found: string[] = []
  for (const route of await apiRoutes()) {
    for (const method of (await methodsOf(call, route, root)).has) found.push(`${method} ${route}`)
  }
  expect(found.sort(), 'endpoints that nobody has decided about').toEqual(Object.keys(ENDPOINTS).sort())
  expect((await adminPages()).sort(), 'pages that nobody has decided about').toEqual(Object.keys(PAGES).sort())
  const listed = models.map(({ path }) => `/admin/${path}`)
  expect(listed.sort(), 'lists that nobody has decided about').toEqual(Object.keys(LISTS).sort())
})

test('AZ-1: no endpoint answers nobody, people who are no staff, or staff without the right, by API or by form', async ({
  call,
  server,
}) => {
  const [target, root] = [await signUp(call), await superuser(call, server.sql)]
  const before = await server.sql('SELECT * FROM accounts_user WHERE id = ?', [target.id])
  const refused = [await signedIn(call, await signUp(call)), await signedIn(call, await staff(call, server.sql))]
  for (const route of await apiRoutes()) {
    const address = `${addressOf(route).replace('/1', `/${target.id}`)}/`
    const { has, hasNot } = await methodsOf(call, route, root)
    for (const method of has) {
      expect.soft((await call(address, withBody(method))).status, `${method} ${address} by nobody`).toBe(401)
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
      expect.soft((await call(address, withBody(method))).status, `${method} ${address} by nobody`).toBe(401)
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
    const address = `${addressOf(atList(route, permissions[0])).replace('/1', `/${target.id}`)}/`
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

test('AZ-1: each endpoint opens to whoever holds its right, and that alone', async ({ call, server }) => {
  const target = await signUp(call)
  const holders = new Map<string, Account>()
  for (const [endpoint, permissions] of Object.entries(ENDPOINTS)) {
    const [method = '', route = ''] = endpoint.split(' ')
    for (const right of permissions) {
      const holder = holders.get(right) ?? (await staff(call, server.sql, [right]))
      holders.set(right, holder)
      // Nothing that is there is deleted here: it is enough that it is not refused.
      const id = method === 'DELETE' || !/\/(users|groups)\//.test(route) ? 999_999_999 : target.id
      const address = addressOf(atList(route, right)).replace('/1', `/${id}`)
      const answer = await call(`${address}/`, { ...withBody(method), ...as(holder) })
      expect.soft([200, 400, 404], `${endpoint} with ${right}`).toContain(answer.status)
    }
  }
})

test('AZ-1: each page leads nobody to the login page, refuses people who are no staff and staff without its right, and is there with it', async ({
  call,
  server,
}) => {
  const [target, plain] = [await signUp(call), await signedIn(call, await signUp(call))]
  const powerless = await signedIn(call, await staff(call, server.sql))
  const holders = new Map<string | null, Who>([[null, powerless]])
  for (const [page, right] of Object.entries({ ...PAGES, ...LISTS })) {
    const address = addressOf(page).replace('/1', `/${target.id}`)
    const anonymous = await openPage(call, address)
    expect.soft([anonymous.status, anonymous.headers.location], page).toEqual([303, `${LOGIN}?next=${encodeURIComponent(address)}`])
    const stranger = await openPage(call, address, plain.cookie)
    expect.soft(stranger.status, page).toBe(403)
    expect.soft(stranger.text, page).toContain('but are not authorized to access this page')
    expect.soft(stranger.text, page).not.toContain(target.email)
    if (right !== null) {
      const refused = await openPage(call, address, powerless.cookie)
      expect.soft(refused.status, page).toBe(403)
      expect.soft(refused.text, page).not.toContain(target.email)
    }
    const holder = holders.get(right) ?? (await signedIn(call, await staff(call, server.sql, (right ?? '').split(' and '))))
    holders.set(right, holder)
    const shown = await openPage(call, address, holder.cookie)
    expect.soft(page.startsWith('/admin/groups/[id]') ? [200, 404] : [200], `${page} with ${right}`).toContain(shown.status)
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      expect
        .soft((await call(address, { method, headers: { cookie: plain.cookie } })).status, `${method} ${page}`)
        .toBeGreaterThanOrEqual(400)
    }
    if (page.includes('[id]')) {
      expect
        .soft((await openPage(call, addressOf(page).replace('/1', '/999999999999'), holder.cookie)).status, `${page} of nothing`)
        .toBe(404)
    }
  }
})
