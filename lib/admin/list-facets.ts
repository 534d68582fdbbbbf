/** How many rows each choice of a list's filters would show (Django's facets). */
import { database } from '../db/client.ts'
import { Prisma } from '../db/generated/sqlite/client.ts'
import { type ListFilter, PERIODS } from './declaration.ts'
import type { ListedModel, ListQuery } from './list-query.ts'
import { COUNT_LIMIT, type RowCount } from './list-rows.ts'
import { filterCondition, filterConditions, name, searchConditions, whereAll } from './list-sql.ts'

const { sql, join } = Prisma

/** Most choices of one filter that are counted; of a filter that has more, none is. */
export const MAX_CHOICES = 30

/** By filter and by choice. */
export type Facets = Record<string, Record<string, RowCount>>

/** What a filter has to choose from; null where its value is typed. */
export async function choicesOf({ kind, choices, options }: ListFilter): Promise<string[] | null> {
  if (kind === 'boolean' || kind === 'isSet') return ['true', 'false']
  if (kind === 'choice') return [...(choices ?? [])]
  if (kind === 'period') return [...PERIODS]
  return kind === 'reference' && options ? (await options()).map(({ value }) => value) : null
}

/** Several counts by one statement. */
async function countAll(counts: Prisma.Sql[], before = Prisma.empty): Promise<number[]> {
  const columns = counts.map((count, index) => sql`(${count}) AS ${name(`n${index}`)}`)
  const [row = {}] = await database().$queryRaw<Record<string, unknown>[]>`${before} SELECT ${join(columns)}`
  return counts.map((_, index) => Number(row[`n${index}`]))
}

interface Further {
  condition: Prisma.Sql
  /** Where its rows are counted as well when there are no other conditions: the table that refers to them. */
  referring: Prisma.Sql | null
}

/** Of the rows of some conditions those of each further condition: few rows are found once for all, many counted one by one. */
async function countAmong(model: ListedModel, conditions: Prisma.Sql[], further: Further[]): Promise<RowCount[]> {
  const limit = COUNT_LIMIT.search
  const table = name(model.table)
  const count = (from: Prisma.Sql, all: Prisma.Sql[]) =>
    sql`SELECT count(*) FROM (SELECT 1 FROM ${from} ${whereAll(all)} LIMIT ${limit + 1}) AS counted`
  let counts: number[] | null = null
  if (conditions.length > 0) {
    const found = sql`WITH found AS MATERIALIZED (SELECT * FROM ${table} ${whereAll(conditions)} LIMIT ${limit + 1})`
    const among = further.map(({ condition }) => count(sql`found AS ${table}`, [condition]))
    const [all = 0, ...each] = await countAll([sql`SELECT count(*) FROM found`, ...among], found)
    if (all <= limit) counts = each
  }
  const alone = conditions.length === 0
  counts ??= await countAll(
    further.map(({ condition, referring }) => (alone && referring ? count(referring, []) : count(table, [condition, ...conditions]))),
  )
  return counts.map((found) => ({ count: Math.min(found, limit), exact: found <= limit }))
}

const referringRows = ({ through }: ListFilter, value: string): Prisma.Sql | null =>
  through ? sql`(SELECT 1 FROM ${name(through.table)} WHERE ${name(through.other)} = ${Number(value)}) AS referring` : null

/** Counts the choices of the filters of a list, each with the search and the other filters as they are. */
export async function countFacets(model: ListedModel, query: ListQuery): Promise<Facets> {
  const search = await searchConditions(model, query.search)
  const facets: Facets = {}
  // A filter that is set does not narrow its own choices; the others have the list's rows in common.
  const set = model.listFilter.filter(({ field }) => query[field] !== undefined).map(({ field }) => [field])
  const unset = model.listFilter.filter(({ field }) => query[field] === undefined).map(({ field }) => field)
  for (const fields of [...set, unset]) {
    const choices: (Further & { field: string; value: string })[] = []
    for (const filter of model.listFilter.filter(({ field }) => fields.includes(field))) {
      const values = (await choicesOf(filter)) ?? []
      if (values.length > MAX_CHOICES) continue
      for (const value of values)
        choices.push({
          field: filter.field,
          value,
          condition: filterCondition(model, filter, value),
          referring: referringRows(filter, value),
        })
    }
    if (choices.length === 0) continue
    const others = Object.fromEntries(Object.entries(query).filter(([field]) => !fields.includes(field)))
    const conditions = [...filterConditions(model, others), ...search]
    const counts = await countAmong(model, conditions, choices)
    for (const [index, { field, value }] of choices.entries()) facets[field] = { ...facets[field], [value]: counts[index] as RowCount }
  }
  return facets
}
