/** The admin area's lists over HTTP: addresses that no page has. */
import { logInByForm, openPage } from '../../lib/http/testing/cookies.ts'
import { as, superuser } from '../../lib/http/testing/staff.ts'
import { expect, test } from '../fixtures.ts'

test('what no page has is 404, however its address is broken, and a history has an end', async ({ call, server }) => {
  const root = await superuser(call, server.sql)
  const cookie = await logInByForm(call, root)
  for (const page of [
    '/admin/users/%FF',
    '/admin/%FF',
    '/admin/groups/%ED%A0%80/history',
    '/admin/users/%FF/delete',
    '/admin/shoes',
    '/admin/sessions/add',
  ])
    expect.soft((await openPage(call, page, cookie)).status, page).toBe(404)
  for (const path of ['/api/admin/shoes/', '/api/admin/shoes/1/', '/api/admin/sessions/add/x/'])
    expect.soft((await call(path, as(root))).status, path).toBe(404)
  for (const number of ['1e300', 'Infinity', '1e17', '-5', 'x', '1000000'])
    expect.soft((await openPage(call, `/admin/users/${root.id}/history?p=${number}`, cookie)).status, number).toBe(200)
})
