import * as z from 'zod/mini'
import { endpoint } from '../../http/endpoint.ts'
import { permissionShape } from '../shapes.ts'
import { listPermissions } from './list-permissions.ts'

export const listPermissionsEndpoint = endpoint({
  method: 'GET',
  path: '/api/admin/permissions/',
  name: 'Permissions',
  description: 'All permissions that there are, for groups and accounts to be given.',
  operationId: 'adminListPermissions',
  summary: 'List the permissions',
  tag: 'Administration',
  answers: { 200: z.array(permissionShape) },
  access: 'authenticated',
  permission: 'auth.view_permission',
  throttle: { policy: 'admin' },
  run: async () => ({ body: await listPermissions() }),
})
