import * as z from 'zod/mini'
import { ApiError } from '../../errors.ts'
import { number } from '../../fields/choice.ts'
import { text } from '../../fields/text.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { loadPermissions, type UserPermissions } from '../../permissions/user-permissions.ts'
import { settings } from '../../settings.ts'
import { linkHeader } from '../core/list-result.ts'
import { type Choice, matching } from './choices.ts'

const PAGE_SIZE = 100
const LARGEST_PAGE = 1000

export const choicesQuery = z.object({
  search: text({ label: 'Search', blank: true, maxLength: 200 }),
  page: number({ label: 'Page', max: 10_000_000 }),
  page_size: number({ label: 'Page size', max: LARGEST_PAGE }),
})
type ChoicesQuery = Partial<z.infer<typeof choicesQuery>>

/**
 * A page of choices in Django REST framework's shape.
 * @param path of the endpoint
 * @throws ApiError 404 for a page that there is not
 */
export async function listChoices(
  path: string,
  load: (permissions: UserPermissions) => Promise<Choice[]>,
  context: AuthenticatedContext<ChoicesQuery>,
): Promise<Result> {
  const { search = '', page = 1, page_size: size = PAGE_SIZE } = context.query
  const found = matching(await load(await loadPermissions(context.principal.user)), search)
  const pages = Math.max(Math.ceil(found.length / size), 1)
  if (page > pages) throw new ApiError(404, { detail: 'Invalid page.' })
  const results = found.slice((page - 1) * size, page * size)
  const address = (to: number) => {
    const url = new URL(path, settings().APP_URL)
    for (const [name, value] of Object.entries({ ...context.query, page: to === 1 ? '' : String(to) })) {
      if (value) url.searchParams.set(name, String(value))
    }
    return url.href
  }
  const beside = { next: page < pages ? address(page + 1) : null, previous: page > 1 ? address(page - 1) : null }
  return { body: { count: found.length, count_is_exact: true, ...beside, results }, headers: linkHeader(beside) }
}
