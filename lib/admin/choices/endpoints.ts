/** The endpoints that say what there is to choose from: groups, and permissions. */
import * as z from 'zod/mini'
import { ApiError } from '../../errors.ts'
import { number } from '../../fields/choice.ts'
import { text } from '../../fields/text.ts'
import { type AuthenticatedContext, endpoint, type Result } from '../../http/endpoint.ts'
import { loadPermissions, type UserPermissions } from '../../permissions/user-permissions.ts'
import { linkHeader, pageShape, pagesBeside } from '../core/list-endpoints.ts'
import { permissionShape } from '../permissions/list-permissions.ts'
import { type Choice, choiceShape, groupChoices, matching, permissionChoices } from './choices.ts'

const PAGE_SIZE = 100
const LARGEST_PAGE = 1000

const choicesQuery = z.object({
  search: text({ label: 'Search', blank: true, maxLength: 200 }),
  page: number({ label: 'Page', max: 10_000_000 }),
  page_size: number({ label: 'Page size', max: LARGEST_PAGE }),
})
type ChoicesQuery = Partial<z.infer<typeof choicesQuery>>

/**
 * A page of choices in Django REST framework's shape.
 * @param path of the endpoint, below /api/admin/
 * @throws ApiError 404 for a page that there is not
 */
async function listChoices(
  path: string,
  load: (permissions: UserPermissions) => Promise<Choice[]>,
  context: AuthenticatedContext<ChoicesQuery>,
): Promise<Result> {
  const { search = '', page = 1, page_size: size = PAGE_SIZE } = context.query
  const found = matching(await load(await loadPermissions(context.principal.user)), search)
  const pages = Math.max(Math.ceil(found.length / size), 1)
  if (page > pages) throw new ApiError(404, { detail: 'Invalid page.' })
  const results = found.slice((page - 1) * size, page * size)
  const beside = pagesBeside(path, { ...context.query, ...(search === '' && { search: undefined }) }, page, page < pages)
  return { body: { count: found.length, count_is_exact: true, ...beside, results }, headers: linkHeader(beside) }
}

export const listGroupChoicesEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/admin/groups/choices/',
    name: 'Group Choices',
    description: 'A page of the groups that an account may be put into, and which of them the caller may give.',
    operationId: 'adminListGroupChoices',
    summary: 'List the groups to choose from',
    tag: 'Administration',
    responses: { 200: pageShape(choiceShape) },
    query: choicesQuery,
  },
  policy: {
    access: 'authenticated',
    // Staff who fill in the form see what there is to choose, as in Django's.
    permission: ['auth.view_group', 'accounts.change_user'],
    throttle: { policy: 'admin' },
  },
  run: (_input, context) => listChoices('groups/choices', groupChoices, context),
})

export const listPermissionsEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/admin/permissions/',
    name: 'Permissions',
    description:
      'A page of the permissions that groups and accounts may be given, and which of them the caller may give. Every word of `search` is in the label or the code name.',
    operationId: 'adminListPermissions',
    summary: 'List the permissions',
    tag: 'Administration',
    responses: { 200: pageShape(z.extend(permissionShape, { grantable: z.boolean() })) },
    query: choicesQuery,
  },
  policy: {
    access: 'authenticated',
    // Staff who fill in one of the forms see what there is to choose, as in Django's.
    permission: ['auth.view_permission', 'auth.add_group', 'auth.change_group', 'accounts.change_user'],
    throttle: { policy: 'admin' },
  },
  run: (_input, context) => listChoices('permissions', permissionChoices, context),
})
