import * as z from 'zod/mini'
import { endpoint } from '../../http/endpoint.ts'
import { permissionChoices } from '../choices/choices.ts'
import { choicesQuery, listChoices } from '../choices/list-choices.ts'
import { pageShape } from '../core/list-result.ts'
import { permissionShape } from '../shapes.ts'

const PATH = '/api/admin/permissions/'

export const listPermissionsEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: PATH,
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
  run: (_input, context) => listChoices(PATH, permissionChoices, context),
})
