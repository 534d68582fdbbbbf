/** In which order a list's rows are, and which come after one of them. */
import type { FieldKind } from './declaration.ts'
import type { Row } from './delegate.ts'
import type { ListedModel } from './list-query.ts'
import type { Where } from './list-where.ts'

export interface OrderTerm {
  column: string
  kind: FieldKind
  nullable: boolean
  down: boolean
}

/**
 * The requested terms, then the declaration's in the direction of the last one, so that one index serves both ways and no two
 * rows have the same position.
 */
export function orderTerms({ fields, key, ordering }: ListedModel, wanted: string | undefined): OrderTerm[] {
  const chosen = wanted === undefined ? [] : wanted.split(',')
  const down = chosen.at(-1)?.startsWith('-')
  const rest = down === undefined ? ordering : ordering.map((term) => (down ? `-${term.replace(/^-/, '')}` : term.replace(/^-/, '')))
  const seen = new Set<string>()
  return [...chosen, ...rest].flatMap((term) => {
    const field = term.replace(/^-/, '')
    if (seen.has(field)) return []
    seen.add(field)
    const { column = field, kind = 'integer', nullable = false } = fields[field] ?? { column: key.column }
    return [{ column, kind, nullable, down: term.startsWith('-') }]
  })
}

/** Prisma's `orderBy`. Empty values are less than all others in both databases: first, and backwards last. */
export const orderBy = (terms: OrderTerm[]): object[] =>
  terms.map(({ column, nullable, down }) => {
    const sort = down ? 'desc' : 'asc'
    return { [column]: nullable ? { sort, nulls: down ? 'last' : 'first' } : sort }
  })

/**
 * A value as a row of the same position has it. Databases hold microseconds, of which JavaScript knows milliseconds: rows of one
 * millisecond count as one position.
 */
const same = ({ column }: OrderTerm, value: unknown): Where =>
  value instanceof Date ? { [column]: { gte: value, lt: new Date(value.getTime() + 1) } } : { [column]: value }

/** The values of one column that come after a value, as conditions in their order, each a range of its index. */
function after({ column, nullable, down, kind }: OrderTerm, value: unknown): Where[] {
  if (value === null) return down ? [] : [{ [column]: { not: null } }]
  if (kind === 'boolean') return value === down ? [{ [column]: !value }] : []
  const further = down ? { lt: value } : value instanceof Date ? { gte: new Date(value.getTime() + 1) } : { gt: value }
  return nullable && down ? [{ [column]: further }, { [column]: null }] : [{ [column]: further }]
}

/**
 * The rows after one, as conditions that are met one part after the other: first those that differ in the last column alone.
 * Each is a range of the order's index, which one condition for all of them would not be.
 */
export const rangesAfter = (terms: OrderTerm[], row: Row): Where[] =>
  terms
    .map((_, index) => terms.length - 1 - index)
    .flatMap((depth) => {
      const equal = terms.slice(0, depth).map((term) => same(term, row[term.column]))
      const term = terms[depth] as OrderTerm
      return after(term, row[term.column]).map((further) => ({ AND: [...equal, further] }))
    })

/** The terms up to the first time, as far as two rows can be told apart by their values; all of them where there is no time. */
export function exactTerms(terms: OrderTerm[]): OrderTerm[] {
  const time = terms.findIndex(({ kind }) => kind === 'datetime')
  return time < 0 ? terms : terms.slice(0, time + 1)
}

/** Whether two rows have the same position by some terms. */
export const inSamePosition = (terms: OrderTerm[], one: Row, other: Row): boolean =>
  terms.every(({ column }) => one[column]?.valueOf() === other[column]?.valueOf())
