import { expect, it } from 'vitest'
import { contextOf } from '../../http/testing/context.ts'
import { groupWith, superuser } from '../testing/staff.ts'
import { listGroupChoicesEndpoint, listPermissionsEndpoint } from './endpoints.ts'

it('pages of choices name those beside them in the body and as a Link', async () => {
  const root = await superuser()
  await groupWith()
  await groupWith()
  for (const {
    run,
    contract: { path },
  } of [listPermissionsEndpoint, listGroupChoicesEndpoint]) {
    const page = (query: Record<string, number>) => run({}, { ...contextOf(root, new Date()), query: { page_size: 1, ...query } })
    const [first, second] = [await page({}), await page({ page: 2 })]
    const { next } = first.body as { next: string }
    expect(next).toContain(`${path}?`)
    expect(first.headers).toEqual({ Link: `<${next}>; rel="next"` })
    expect(second.headers?.Link).toMatch(/rel="prev"$/)
    expect((await page({ page_size: 1000 })).headers).toEqual({})
  }
})
