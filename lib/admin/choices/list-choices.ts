import * as z from 'zod/mini'
import { ApiError } from '../../errors.ts'
import { number } from '../../fields/choice.ts'
import { text } from '../../fields/text.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { loadPermissions, type UserPermissions } from '../../permissions/user-permissions.ts'
import { settings } from '../../settings.ts'
import { linkHeader } from '../list-result.ts'
import { type Choice, matching } from './choices.ts'

const PAGE_SIZE = 100
const LARGEST_PAGE = 1000

export const choicesQuery = z.object({
  search: text({ label: 'Search', blank: true, maxLength: 200 }),
  page: number(10_000_000, { label: 'Page' }),
  page_size: number(LARGEST_PAGE, { label: 'Page size' }),
})

/**
 * A page of choices in Django REST framework's shape.
 * @param path of the endpoint
 * @throws ApiError 404 for a page that there is not
 */
export async function listChoices(
  path: string,
  load: (permissions: UserPermissions) => Promise<Choice[]>,
  context: AuthenticatedContext,
): Promise<Result> {
  const { search = '', page: given = '1', page_size: size = String(PAGE_SIZE) } = context.query
  const found = matching(await load(await loadPermissions(context.principal.user)), search)
  const page = Number(given)
  const pages = Math.max(Math.ceil(found.length / Number(size)), 1)
  if (page > pages) throw new ApiError(404, { detail: 'Invalid page.' })
  const results = found.slice((page - 1) * Number(size), page * Number(size))
  const address = (to: number) => {
    const url = new URL(path, settings().APP_URL)
    for (const [name, value] of Object.entries({ ...context.query, page: to === 1 ? '' : String(to) })) {
      if (value) url.searchParams.set(name, value)
    }
    return url.href
  }
  const beside = { next: page < pages ? address(page + 1) : null, previous: page > 1 ? address(page - 1) : null }
  return { body: { count: found.length, count_is_exact: true, ...beside, results }, headers: linkHeader(beside) }
}
