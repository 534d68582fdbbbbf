import * as z from 'zod/mini'
import { endpoint } from '../../http/endpoint.ts'
import { entityTag } from '../../http/entity-tag.ts'
import { answerList, pageShape } from '../list-answer.ts'
import { listQuerySchema } from '../list-query.ts'
import { notFound } from '../object-id.ts'
import { groupItemShape, permissionShape } from '../shapes.ts'
import { addGroup, changeGroup, deleteGroup } from './change-groups.ts'
import { groupAdmin } from './declaration.ts'
import { readGroup } from './read-group.ts'
import { addGroupSchema, changeGroupSchema } from './schema.ts'

const tag = 'Administration'
const access = 'authenticated'
const throttle = { policy: 'admin' } as const
const LIST = '/admin/groups'
const ONE = '/admin/groups/{id}'

const groupDetailShape = z
  .object({ id: z.int(), name: z.string(), permissions: z.array(permissionShape), members: z.int(), version: z.string() })
  .register(z.globalRegistry, { id: 'GroupDetail' })

export const listGroupsEndpoint = endpoint({
  method: 'GET',
  path: '/api/admin/groups/',
  name: 'Groups',
  description: 'A page of the groups.',
  operationId: 'adminListGroups',
  summary: 'List the groups',
  tag,
  answers: { 200: pageShape(groupItemShape) },
  access,
  permission: 'auth.view_group',
  throttle,
  query: listQuerySchema(groupAdmin),
  run: (_input, context) => answerList(groupAdmin, context),
})

export const addGroupEndpoint = endpoint({
  method: 'POST',
  path: '/api/admin/groups/',
  name: 'Groups',
  description: 'Adds a group with permissions that whoever asks holds.',
  operationId: 'adminAddGroup',
  summary: 'Add a group',
  tag,
  answers: { 201: groupDetailShape },
  access,
  permission: 'auth.add_group',
  throttle,
  idempotencyKey: true,
  input: addGroupSchema,
  form: { page: '/admin/groups/add', success: LIST, searches: true, status: 'group_added' },
  run: addGroup,
})

export const readGroupEndpoint = endpoint({
  method: 'GET',
  path: '/api/admin/groups/{id}/',
  name: 'Group',
  description: 'A group with its permissions.',
  operationId: 'adminGetGroup',
  summary: 'Read a group',
  tag,
  answers: { 200: groupDetailShape, 304: null },
  access,
  permission: 'auth.view_group',
  throttle,
  run: async (_input, { params }) => {
    const group = await readGroup(params.id ?? '')
    if (!group) throw notFound()
    return { body: group, headers: { ETag: entityTag(group) } }
  },
})

export const changeGroupEndpoint = endpoint({
  method: 'PATCH',
  path: '/api/admin/groups/{id}/',
  name: 'Group',
  description:
    'Changes the fields that are given. With `version`, only where nothing has changed since that was read; with `If-Match` the same by the entity tag.',
  operationId: 'adminChangeGroup',
  summary: 'Change a group',
  tag,
  answers: { 200: groupDetailShape },
  refusals: [409, 412],
  access,
  permission: 'auth.change_group',
  throttle,
  input: changeGroupSchema,
  partial: true,
  form: { page: ONE, success: LIST, searches: true, status: 'group_changed' },
  run: changeGroup,
})

export const deleteGroupEndpoint = endpoint({
  method: 'DELETE',
  path: '/api/admin/groups/{id}/',
  name: 'Group',
  description: 'Deletes a group. Its members stay, without what it gave them.',
  operationId: 'adminDeleteGroup',
  summary: 'Delete a group',
  tag,
  answers: { 204: null },
  access,
  permission: 'auth.delete_group',
  recentAuthentication: true,
  throttle,
  form: { page: `${ONE}/delete`, success: LIST, status: 'group_deleted' },
  run: deleteGroup,
})
