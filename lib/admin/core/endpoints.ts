/** The endpoints of a model's objects, by its declaration: of accounts, too, which say what is different about theirs. */
import type * as z from 'zod/mini'
import type { FieldsSchema, FieldValues } from '../../fields/text.ts'
import { type AuthenticatedContext, type Endpoint, endpoint } from '../../http/endpoint.ts'
import { hooksOf } from '../hooks-of.ts'
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

/** What a model's endpoints say and do otherwise than its declaration says. */
interface Own {
  /** What the API's description calls an object, in place of the verbose name. */
  noun?: [one: string, many: string]
  descriptions?: Partial<Record<'list' | 'add' | 'read' | 'remove', string>>
  /** The shapes of a row and of an object. */
  shapes?: { item: z.ZodMiniType; detail: z.ZodMiniType }
  add?: Pick<Endpoint, 'validate' | 'refine'> & { input: FieldsSchema }
  change?: Pick<Endpoint, 'prepareInput' | 'stored' | 'validate'> & { input: FieldsSchema }
  /** Statuses of errors, besides those of every deletion. */
  removeErrors?: number[]
}

type ObjectEndpoints = Record<'list' | 'add' | 'read' | 'change' | 'remove', Endpoint>

/** The endpoints of a model's objects: `list` and `add` are under one path, the others under another. */
export function objectEndpoints(admin: ModelAdmin, own: Own = {}): ObjectEndpoints {
  const { path: segment } = admin
  const { noun: [verboseName, verboseNamePlural] = [admin.verboseName, admin.verboseNamePlural], descriptions = {} } = own
  const [name, names] = [typeName(admin), pluralTypeName(admin)]
  const article = /^[aeiou]/i.test(verboseName) ? 'an' : 'a'
  const { item, detail } = own.shapes ?? { item: itemShape(admin), detail: detailShape(admin) }
  const page = `/admin/${segment}`
  const [path, one] = [`/api/admin/${segment}/`, `/api/admin/${segment}/{id}/`]
  const validate = (values: FieldValues, context: AuthenticatedContext) => accountErrors(admin, values, context)
  const { input: addInput, ...adding } = own.add ?? { input: addSchema(admin), validate }
  const { input: changeInput, ...changing } = own.change ?? { input: changeSchema(admin), validate }
  const list = listEndpoint(admin, item, {
    name: names,
    description: descriptions.list ?? `A page of the ${verboseNamePlural}.`,
    operationId: `adminList${names}`,
    summary: `List the ${verboseNamePlural}`,
  })
  const add = endpoint({
    contract: {
      method: 'POST',
      path,
      name: names,
      description: descriptions.add ?? `Adds ${article} ${verboseName}. No one can give permissions that they do not have.`,
      operationId: `adminAdd${name}`,
      summary: `Add ${article} ${verboseName}`,
      tag,
      responses: { 201: detail },
      input: addInput,
    },
    policy: {
      access,
      permission: permissionFor(admin, 'add'),
      throttle,
      idempotencyKey: true,
      ...(hooksOf(admin).addNeedsRecentAuthentication && { recentAuthentication: true }),
    },
    form: { page: `${page}/add`, success: page, searches: true, status: 'object_added' },
    ...adding,
    run: (input, context) => addObject(admin, input, context),
  })
  const read = endpoint({
    contract: {
      method: 'GET',
      path: one,
      name,
      description: descriptions.read ?? `${article === 'a' ? 'A' : 'An'} ${verboseName} with all of its fields.`,
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
      input: changeInput,
      partial: true,
    },
    policy: { access, permission: permissionFor(admin, 'change'), throttle },
    form: { page: `${page}/{id}`, success: page, searches: true, status: 'object_changed' },
    ...changing,
    run: (input, context) => changeObject(admin, input, context),
  })
  const remove = endpoint({
    contract: {
      method: 'DELETE',
      path: one,
      name,
      description: descriptions.remove ?? `Deletes ${article} ${verboseName} with all that belongs to it.`,
      operationId: `adminDelete${name}`,
      summary: `Delete ${article} ${verboseName}`,
      tag,
      responses: { 204: null },
      ...(own.removeErrors && { errorStatuses: own.removeErrors }),
    },
    policy: { access, permission: permissionFor(admin, 'delete'), recentAuthentication: true, throttle },
    form: { page: `${page}/{id}/delete`, success: page, status: 'object_deleted' },
    run: (_input, context) => deleteObject(admin, context),
  })
  return { list, add, read, change, remove }
}

const each = declaredModels.map((admin) => objectEndpoints(admin))

/** At `/api/admin/{model}/`. */
export const objectListEndpoints: Endpoint[] = each.flatMap(({ list, add }) => [list, add])

/** At `/api/admin/{model}/{id}/`. */
export const objectEndpointsOfOne: Endpoint[] = each.flatMap(({ read, change, remove }) => [read, change, remove])
