/** How many rows each choice of a list's filters would show (Django's facets). */
import type { FieldValue } from '../../fields/validate.ts'
import { type ListFilter, PERIODS } from './declaration.ts'
import { allKeys, COUNT_LIMIT, countUpTo, type RowCount } from './list-objects.ts'
import type { ListedModel, ListQuery } from './list-query.ts'
import { filterWhere, isNarrowed, reading, type Where, whereOf } from './list-where.ts'

/** Choices of one filter up to which they are counted; of a filter that has more, none is. */
export const MAX_CHOICES = 30

/** By filter and by choice. */
export type Facets = Record<string, Record<string, RowCount>>

/** What a filter has to choose from, as its field yields it; nothing where its value is typed. */
async function choicesOf({ kind, choices, options }: ListFilter): Promise<FieldValue[]> {
  if (kind === 'boolean' || kind === 'isSet') return [true, false]
  if (kind === 'choice') return [...(choices ?? [])]
  if (kind === 'period') return [...PERIODS]
  return kind === 'reference' && options ? (await options()).map(({ value }) => [Number(value)]) : []
}

/** The rows of a query without some filters: few of them by their keys, so that they are found once and not for each choice. */
async function baseOf(model: ListedModel, query: ListQuery, except: string[]): Promise<Where> {
  const others = Object.fromEntries(Object.entries(query).filter(([name]) => !except.includes(name)))
  if (!isNarrowed(model, others)) return {}
  const keys = await allKeys(model, others, COUNT_LIMIT.search + 1)
  return keys.length > COUNT_LIMIT.search ? whereOf(model, others) : { [model.key.column]: { in: keys } }
}

/** Counts the choices of the filters of a list, each with the search and the other filters as they are. */
export async function countFacets(model: ListedModel, query: ListQuery): Promise<Facets> {
  const all = baseOf(model, query, [])
  const counted = await Promise.all(
    model.listFilter.map(async (filter) => {
      const choices = await choicesOf(filter)
      if (choices.length === 0 || choices.length > MAX_CHOICES) return []
      // A filter that is set does not narrow its own choices.
      const others = await (query[filter.field] === undefined ? all : baseOf(model, query, [filter.field]))
      const counts = choices.map(async (value) => {
        const where = { AND: [others, await filterWhere(model, filter, value)] }
        return [String(value), await reading(query, (db) => countUpTo(COUNT_LIMIT.search, model, where, db))] as const
      })
      return [[filter.field, Object.fromEntries(await Promise.all(counts))] as const]
    }),
  )
  return Object.fromEntries(counted.flat())
}
