/** How many rows each choice of a list's filters would show (Django's facets). */
import { database } from '../db/client.ts'
import { Prisma } from '../db/generated/sqlite/client.ts'
import { type ListFilter, PERIODS } from './declaration.ts'
import type { ListedModel, ListQuery } from './list-query.ts'
import { COUNT_LIMIT, type RowCount } from './list-rows.ts'
import { filterConditions, name, searchConditions, whereAll } from './list-sql.ts'

const { sql, join } = Prisma

/** Most choices of one filter that are counted; of a filter that has more, none is. */
const MOST_CHOICES = 30

/** By filter and by choice. */
export type Facets = Record<string, Record<string, RowCount>>

/** What a filter has to choose from; null where its value is typed. */
export async function choicesOf({ kind, choices, options }: ListFilter): Promise<string[] | null> {
  if (kind === 'boolean' || kind === 'isSet') return ['true', 'false']
  if (kind === 'choice') return [...(choices ?? [])]
  if (kind === 'period') return [...PERIODS]
  return kind === 'reference' && options ? (await options()).map(({ value }) => value) : null
}

interface Choice {
  field: string
  value: string
  /** What its rows fulfil besides the search. */
  own: Prisma.Sql[]
}

/** Every choice with the other filters, without the one that it would replace. */
async function countedChoices(model: ListedModel, query: ListQuery): Promise<Choice[]> {
  const found: Choice[] = []
  for (const filter of model.listFilter) {
    const { field } = filter
    const values = (await choicesOf(filter)) ?? []
    if (values.length > MOST_CHOICES) continue
    for (const value of values) {
      found.push({ field, value, own: filterConditions(model, { ...query, [field]: value }) })
    }
  }
  return found
}

/** Several counts by one statement. */
async function countAll(counts: Prisma.Sql[], before = Prisma.empty): Promise<number[]> {
  const columns = counts.map((count, index) => sql`(${count}) AS ${name(`n${index}`)}`)
  const [row = {}] = await database().$queryRaw<Record<string, unknown>[]>`${before} SELECT ${join(columns)}`
  return counts.map((_, index) => Number(row[`n${index}`]))
}

/**
 * Counts the choices of the filters of a list, each with the search and the other filters as they are. The rows of a rare search
 * are found once for all of them; those of a frequent one are counted as far as COUNT_LIMIT, for each choice by itself.
 */
export async function countFacets(model: ListedModel, query: ListQuery): Promise<Facets> {
  const limit = COUNT_LIMIT.search
  const table = name(model.table)
  const [choices, search] = [await countedChoices(model, query), await searchConditions(model, query.search)]
  if (choices.length === 0) return {}
  const among = (conditions: Prisma.Sql[], from: Prisma.Sql) =>
    choices.map(
      ({ own }) => sql`SELECT count(*) FROM (SELECT 1 FROM ${from} ${whereAll([...own, ...conditions])} LIMIT ${limit + 1}) AS counted`,
    )
  let counts: number[] | null = null
  if (search.length > 0) {
    const found = sql`WITH found AS MATERIALIZED (SELECT * FROM ${table} ${whereAll(search)} LIMIT ${limit + 1})`
    const [all = 0, ...rest] = await countAll([sql`SELECT count(*) FROM found`, ...among([], sql`found AS ${table}`)], found)
    if (all <= limit) counts = rest
  }
  counts ??= await countAll(among(search, table))
  const facets: Facets = {}
  for (const [index, { field, value }] of choices.entries()) {
    const count = counts[index] ?? 0
    facets[field] = { ...facets[field], [value]: { count: Math.min(count, limit), exact: count <= limit } }
  }
  return facets
}
