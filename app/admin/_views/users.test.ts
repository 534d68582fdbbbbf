import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { UserDetail } from '#lib/admin/models/users/read-user'
import { userView } from './users.tsx'
import type { ObjectContext } from './view.ts'

const closed = { deletion_due_at: '2026-12-01T00:00:00Z' } as UserDetail
const context: ObjectContext = { permissions: { superuser: true } as never, sid: null, emails: new Map(), editable: new Set(['is_active']) }

it.each([
  [{}, ''],
  [{ is_active: '' }, ''],
  [{ is_active: 'true' }, 'true'],
  [{ is_active: 'false' }, 'false'],
  [{ is_active: 'nonsense' }, ''],
])('a form that comes back with %j still says what becomes of a closed account', (values: Record<string, string>, chosen) => {
  const html = renderToStaticMarkup(userView.fields?.is_active?.(closed, context, { errors: {}, values }))
  expect(html.match(/<input[^>]*checked=""[^>]*>/g)?.map((input) => /value="(.*?)"/.exec(input)?.[1])).toEqual([chosen])
})
