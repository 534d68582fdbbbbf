import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { ObjectDetail } from '#lib/admin/core/read-object'
import { userObjectView } from './users.tsx'
import type { ObjectContext } from './view.ts'

const closed = { deletion_due_at: '2026-12-01T00:00:00Z' } as unknown as ObjectDetail
const context: ObjectContext = { permissions: { superuser: true } as never, sid: null, emails: new Map(), editable: new Set(['is_active']) }

it.each([
  [{}, ''],
  [{ is_active: '' }, ''],
  [{ is_active: 'true' }, 'true'],
  [{ is_active: 'false' }, 'false'],
  [{ is_active: 'nonsense' }, ''],
])('a form that comes back with %j still says what becomes of a closed account', (values: Record<string, string>, chosen) => {
  const html = renderToStaticMarkup(userObjectView[1].fields?.is_active?.(closed, context, { errors: {}, values }))
  expect(html.match(/<input[^>]*checked=""[^>]*>/g)?.map((input) => /value="(.*?)"/.exec(input)?.[1])).toEqual([chosen])
})
