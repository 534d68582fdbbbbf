/** Every route and page of the admin area in the build, and who is let in by page (AZ-1); by API: lib/admin/inventory.http.test.ts. */
import { declaredModels, hasObjects, models } from '../../lib/admin/registry.ts'
import { ENDPOINTS, methodsOf } from '../../lib/admin/testing/endpoint-permissions.ts'
import { type Account, signUp } from '../../lib/http/testing/accounts.ts'
import { logInByForm, openPage } from '../../lib/http/testing/cookies.ts'
import { staff, superuser } from '../../lib/http/testing/staff.ts'
import { addressOf, builtRoutes } from '../built-routes.ts'
import { type Call, expect, test } from '../fixtures.ts'

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
  '/admin/users/[id]/second-factor': 'change_user',
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

/** The page for visitors who are not signed in. */
const LOGIN = '/admin/login'

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

test('AZ-1: each endpoint and each page of the build is in the tables, and all that is in them is built', async ({ call, server }) => {
  const root = await superuser(call, server.sql)
  const found: string[] = []
  for (const route of await apiRoutes()) {
    for (const method of (await methodsOf(call, route, root)).has) found.push(`${method} ${route}`)
  }
  expect(found.sort(), 'endpoints without a declared permission').toEqual(Object.keys(ENDPOINTS).sort())
  expect((await adminPages()).sort(), 'pages without a declared permission').toEqual(Object.keys(PAGES).sort())
  const listed = models.map(({ path }) => `/admin/${path}`)
  expect(listed.sort(), 'lists without a declared permission').toEqual(Object.keys(LISTS).sort())
})

test('AZ-1: each page leads visitors to the login page, refuses people who are no staff and staff without its permission, and is there with it', async ({
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
