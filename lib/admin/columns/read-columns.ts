import { database } from '../../db/client.ts'
import { readStringList } from '../../fields/choice.ts'
import { allColumns, type ModelAdmin } from '../declaration.ts'

/** What the columns of a list need of its declaration. */
export type ColumnedModel = Pick<ModelAdmin, 'path' | 'listDisplay' | 'listOptional'>

/** Some of a list's columns, in the order of its declaration; the first one, which names the row, is always among them. */
export function columnsAmong(model: ColumnedModel, wanted: readonly string[]): string[] {
  return allColumns(model).filter((name, index) => index === 0 || wanted.includes(name))
}

/** The columns in which an account sees a list: those that it chose and that there still are, else the declaration's. */
export async function readColumns(model: ColumnedModel, userId: number): Promise<readonly string[]> {
  // What has nothing to choose from is not looked up.
  if (model.listOptional.length === 0) return model.listDisplay
  const row = await database().listColumns.findUnique({ where: { userId_list: { userId, list: model.path } } })
  return row === null ? model.listDisplay : columnsAmong(model, readStringList(row.columns))
}
