/** The parameters of a list: those that its declaration names, and no others (AD-3). */
import * as z from 'zod/mini'
import type { FieldErrors } from '../errors.ts'
import { boolean, choice, datetime, idList, number } from '../fields/choice.ts'
import { email, MAX_EMAIL_LENGTH } from '../fields/email.ts'
import { type TextField, text } from '../fields/text.ts'
import type { FieldsSchema } from '../fields/validate.ts'
import { validateQuery } from '../http/query.ts'
import { type ListFilter, type ModelAdmin, PERIODS } from './declaration.ts'

/** Beyond it no list goes: ten million rows of the smallest pages. */
const LAST_PAGE = 10_000_000

export type ListQuery = Partial<Record<string, string>>

/** What lists and their exports need of a declaration, whatever its rows are. */
export type ListedModel = Pick<
  ModelAdmin,
  | 'delegate'
  | 'table'
  | 'key'
  | 'read'
  | 'fields'
  | 'listFilter'
  | 'searchFields'
  | 'searchIndex'
  | 'ordering'
  | 'sortableBy'
  | 'listPerPage'
  | 'listMaxPerPage'
>

function filterField({ title: label, kind, choices = [] }: ListFilter): TextField {
  const optional = true
  if (kind === 'boolean' || kind === 'isSet') return boolean({ label, optional })
  if (kind === 'choice') return choice(choices, { label, optional })
  if (kind === 'period') return choice(PERIODS, { label, optional })
  if (kind === 'reference') return idList({ label, optional })
  if (kind === 'since' || kind === 'until') return datetime({ label, optional })
  if (kind === 'email') return email({ label, optional, maxLength: MAX_EMAIL_LENGTH })
  return kind === 'integer' ? number(2 ** 53 - 1, { label, optional }) : text({ label, optional, maxLength: 255 })
}

/** Most terms of an order, more than any list has columns. */
const MAX_ORDER_TERMS = 100

/** The terms of an order: each a field that may be sorted by, descending with `-` in front. */
const ordering = (sortable: readonly string[]) =>
  text({
    label: 'Ordering',
    optional: true,
    check: (value) => {
      const terms = value.split(',')
      if (terms.length > MAX_ORDER_TERMS) return [`max_items:${MAX_ORDER_TERMS}`]
      return terms.filter((term) => !sortable.includes(term.replace(/^-/, ''))).map((term) => `invalid_choice:${term}`)
    },
  })

/** Search, order and filters, each of which may be left out. */
export function narrowingFields({ listFilter, searchFields, sortableBy }: ListedModel): Record<string, TextField> {
  const filters = Object.fromEntries(listFilter.map((filter) => [filter.field, filterField(filter)]))
  return {
    ...(searchFields.length > 0 && { search: text({ label: 'Search', blank: true, optional: true, maxLength: 200 }) }),
    ordering: ordering(sortableBy),
    ...filters,
  }
}

/** The query of a list's export: all but the pages, or some rows by their ids. */
export const exportQuerySchema = (model: ListedModel): FieldsSchema =>
  z.object({ ...narrowingFields(model), ...(!model.key.text && { ids: idList({ label: 'Ids' }) }) }) as FieldsSchema

export const listQuerySchema = (model: ListedModel): FieldsSchema =>
  z.object({
    page: number(LAST_PAGE, { label: 'Page' }),
    page_size: number(model.listMaxPerPage, { label: 'Page size' }),
    ...(model.listFilter.length > 0 && { facets: boolean({ label: 'Facets' }) }),
    ...narrowingFields(model),
  }) as FieldsSchema

/**
 * Reads the parameters of a list.
 * @param params by name; whatever the declaration does not name is an error
 */
export const readListQuery = (model: ListedModel, params: Record<string, unknown>): { query: ListQuery; errors: FieldErrors } => {
  const { values, errors } = validateQuery(listQuerySchema(model), params)
  return { query: values, errors }
}
