/** The endpoints of each model whose objects are read and written by its declaration alone. */
import { type AuthenticatedContext, type Endpoint, endpoint } from '../../http/endpoint.ts'
import { declaredModels } from '../registry.ts'
import { addObject, changeObject, deleteObject } from './change-objects.ts'
import { type ModelAdmin, permissionFor } from './declaration.ts'
import { accountErrors } from './input.ts'
import { listEndpoint } from './list-endpoints.ts'
import { addSchema, changeSchema, detailShape, itemShape, pluralTypeName, typeName } from './object-schema.ts'
import { readResult } from './read-object.ts'

const tag = 'Administration'
const access = 'authenticated'
const throttle = { policy: 'admin' } as const

/** The list of a model, and what adds to it: under one path, as the next ones are under another. */
export function objectEndpoints(admin: ModelAdmin): { list: Endpoint[]; one: Endpoint[] } {
  const { verboseName, verboseNamePlural, path: segment } = admin
  const [name, names] = [typeName(admin), pluralTypeName(admin)]
  const article = /^[aeiou]/i.test(verboseName) ? 'an' : 'a'
  const [page, detail] = [`/admin/${segment}`, detailShape(admin)]
  const [path, one] = [`/api/admin/${segment}/`, `/api/admin/${segment}/{id}/`]
  const check = (values: Partial<Record<string, string>>, context: AuthenticatedContext) => accountErrors(admin, values, context)
  const list = listEndpoint(admin, itemShape(admin), {
    name: names,
    description: `A page of the ${verboseNamePlural}.`,
    operationId: `adminList${names}`,
    summary: `List the ${verboseNamePlural}`,
  })
  const add = endpoint({
    contract: {
      method: 'POST',
      path,
      name: names,
      description: `Adds ${article} ${verboseName}. No one can give permissions that they do not have.`,
      operationId: `adminAdd${name}`,
      summary: `Add ${article} ${verboseName}`,
      tag,
      responses: { 201: detail },
      input: addSchema(admin),
    },
    policy: { access, permission: permissionFor(admin, 'add'), throttle, idempotencyKey: true },
    form: { page: `${page}/add`, success: page, searches: true, status: 'object_added' },
    validate: check,
    run: (input, context) => addObject(admin, input, context),
  })
  const read = endpoint({
    contract: {
      method: 'GET',
      path: one,
      name,
      description: `${article === 'a' ? 'A' : 'An'} ${verboseName} with all of its fields.`,
      operationId: `adminGet${name}`,
      summary: `Read ${article} ${verboseName}`,
      tag,
      responses: { 200: detail, 304: null },
    },
    policy: { access, permission: permissionFor(admin, 'view'), throttle },
    run: (_input, context) => readResult(admin, context),
  })
  const change = endpoint({
    contract: {
      method: 'PATCH',
      path: one,
      name,
      description:
        'Changes the fields that are given. With `version`, only where nothing has changed since that was read; with `If-Match` the same by the entity tag.',
      operationId: `adminChange${name}`,
      summary: `Change ${article} ${verboseName}`,
      tag,
      responses: { 200: detail },
      errorStatuses: [409, 412],
      input: changeSchema(admin),
      partial: true,
    },
    policy: { access, permission: permissionFor(admin, 'change'), throttle },
    form: { page: `${page}/{id}`, success: page, searches: true, status: 'object_changed' },
    validate: check,
    run: (input, context) => changeObject(admin, input, context),
  })
  const remove = endpoint({
    contract: {
      method: 'DELETE',
      path: one,
      name,
      description: `Deletes ${article} ${verboseName} with all that belongs to it.`,
      operationId: `adminDelete${name}`,
      summary: `Delete ${article} ${verboseName}`,
      tag,
      responses: { 204: null },
    },
    policy: { access, permission: permissionFor(admin, 'delete'), recentAuthentication: true, throttle },
    form: { page: `${page}/{id}/delete`, success: page, status: 'object_deleted' },
    run: (_input, context) => deleteObject(admin, context),
  })
  return { list: [list, add], one: [read, change, remove] }
}

const each = declaredModels.map(objectEndpoints)

/** At `/api/admin/{model}/`. */
export const objectListEndpoints: Endpoint[] = each.flatMap(({ list }) => list)

/** At `/api/admin/{model}/{id}/`. */
export const objectEndpointsOfOne: Endpoint[] = each.flatMap(({ one }) => one)
