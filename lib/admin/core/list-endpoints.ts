/** The endpoints that every declaration's list has: a page of it, and where it is exported, all of it as CSV. */
import * as z from 'zod/mini'
import { type Contract, type Endpoint, endpoint } from '../../http/endpoint.ts'
import { type ModelAdmin, permissionFor } from './declaration.ts'
import { exportQuerySchema, listQuerySchema } from './list-query.ts'
import { CSV_TYPE, exportResult, listResult, pageShape } from './list-result.ts'
import { listOfExport } from './list-selection.ts'

type Key = { id: number | string }
type Texts = Pick<Contract, 'name' | 'description' | 'operationId' | 'summary'>

const contract = { method: 'GET', tag: 'Administration' } as const

/** @param item the shape of a row */
export const listEndpoint = <Item extends Key, Name extends string>(
  admin: ModelAdmin<Item, Name>,
  item: z.ZodMiniType,
  texts: Texts,
): Endpoint =>
  endpoint({
    contract: {
      ...contract,
      ...texts,
      path: `/api/admin/${admin.path}/`,
      responses: { 200: pageShape(item) },
      query: listQuerySchema(admin),
    },
    policy: { access: 'authenticated', permission: permissionFor(admin, 'view'), throttle: { policy: 'admin' } },
    run: (_input, context) => listResult(admin, context),
  })

/** @param columns the fields of a row that are exported @param event of the audit log */
export const exportEndpoint = <Item extends Key, Name extends string>(
  admin: ModelAdmin<Item, Name>,
  columns: readonly (keyof Item & string)[],
  event: 'users_exported' | 'events_exported',
  texts: Texts,
): Endpoint =>
  endpoint({
    contract: {
      ...contract,
      ...texts,
      path: `/api/admin/${admin.path}/export/`,
      responses: { 200: z.string() },
      mediaType: CSV_TYPE,
      query: exportQuerySchema(admin),
    },
    policy: {
      access: 'authenticated',
      permission: permissionFor(admin, 'view'),
      sideEffects: true,
      throttle: { policy: 'export' },
      oneAtATime: true,
      recentAuthentication: { page: (fields) => listOfExport(`/admin/${admin.path}`, fields) },
    },
    run: (_input, context) => exportResult(admin, columns, event, context),
  })
