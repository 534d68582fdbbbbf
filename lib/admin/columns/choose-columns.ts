import { database } from '../../db/client.ts'
import { ValidationFailed } from '../../errors.ts'
import { readStringList } from '../../fields/choice.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { requirePermission } from '../../http/permission.ts'
import type { Principal } from '../../sessions/principal.ts'
import { allColumns, permissionFor } from '../declaration.ts'
import { notFound } from '../object-id.ts'
import { modelAt } from '../registry.ts'
import { columnsAmong } from './read-columns.ts'
import type { ChooseColumnsInput } from './schema.ts'

/**
 * Keeps, for the account that asks, the columns in which it sees a list. What the list shows by itself is not kept: whoever
 * chooses that, or nothing, goes with the declaration.
 * @throws ApiError 404 for a list whose columns are not to be chosen, PermissionDenied where it may not be seen,
 * ValidationFailed for columns that it has not
 */
export async function chooseColumns({ columns = '' }: ChooseColumnsInput, context: Context): Promise<Result> {
  const { user } = context.principal as Principal
  const model = modelAt(context.params.list ?? '')
  if (model === null || model.listOptional.length === 0) throw notFound()
  await requirePermission({ permission: permissionFor(model, 'view') }, context)
  const wanted = readStringList(columns)
  const unknown = wanted.filter((name) => !allColumns(model).includes(name))
  if (unknown.length > 0) throw new ValidationFailed({ columns: unknown.map((name) => `invalid_choice:${name}` as const) })

  const chosen = columnsAmong(model, wanted)
  const key = { userId: user.id, list: model.path }
  if (wanted.length === 0 || chosen.join() === model.listDisplay.join()) {
    await database().listColumns.deleteMany({ where: key })
    return { body: { list: model.path, columns: model.listDisplay }, statusMessage: 'columns_default' }
  }
  const kept = { columns: chosen.join(',') }
  await database().listColumns.upsert({ where: { userId_list: key }, create: { ...key, ...kept }, update: kept })
  return { body: { list: model.path, columns: chosen } }
}
