/** The parameters of a list: those that its declaration names, and no others (AD-3). */
import * as z from 'zod/mini'
import type { FieldErrors } from '../../errors.ts'
import { boolean, choice, datetime, idList, MAX_ID, number } from '../../fields/choice.ts'
import { email, MAX_EMAIL_LENGTH } from '../../fields/credentials.ts'
import { type Field, type FieldValue, text, validateQuery } from '../../fields/text.ts'
import { type ListFilter, type ModelAdmin, PERIODS } from './declaration.ts'

/** Beyond it no list goes: ten million rows of the smallest pages. */
const LAST_PAGE = 10_000_000

/** What a list may be asked for: these, and its filters by their names. */
export interface ListQuery {
  page?: number
  page_size?: number
  facets?: boolean
  search?: string
  /** Terms with commas between them. */
  ordering?: string
  ids?: number[]
  [filter: string]: FieldValue | undefined
}

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

/** With those of the parameters that the model has. */
type ListFields = { [Name in keyof ListQuery]-?: Field<Exclude<ListQuery[Name], undefined>> }
type ListSchema = z.ZodMiniObject<ListFields>

function filterField({ title: label, kind, choices = [] }: ListFilter): Field<FieldValue> {
  const optional = true
  if (kind === 'boolean' || kind === 'isSet') return boolean({ label, optional })
  if (kind === 'choice') return choice(choices, { label, optional })
  if (kind === 'period') return choice(PERIODS, { label, optional })
  if (kind === 'reference') return idList({ label, optional })
  if (kind === 'since' || kind === 'until') return datetime({ label, optional })
  if (kind === 'email') return email({ label, optional, maxLength: MAX_EMAIL_LENGTH })
  return kind === 'integer' ? number({ label, optional, max: MAX_ID }) : text({ label, optional, maxLength: 255 })
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
export function narrowingFields({ listFilter, searchFields, sortableBy }: ListedModel) {
  const fields = {
    ...(searchFields.length > 0 && { search: text({ label: 'Search', blank: true, optional: true, maxLength: 200 }) }),
    ordering: ordering(sortableBy),
    ...Object.fromEntries(listFilter.map((filter) => [filter.field, filterField(filter)])),
  }
  return fields as Omit<ListFields, 'page' | 'page_size' | 'facets' | 'ids'>
}

/** The query of a list's export: all but the pages, or some rows by their ids. */
export const exportQuerySchema = (model: ListedModel) =>
  z.object({ ...narrowingFields(model), ...(!model.key.text && { ids: idList({ label: 'Ids' }) }) }) as ListSchema

export const listQuerySchema = (model: ListedModel) =>
  z.object({
    page: number({ label: 'Page', max: LAST_PAGE }),
    page_size: number({ label: 'Page size', max: model.listMaxPerPage }),
    ...(model.listFilter.length > 0 && { facets: boolean({ label: 'Facets' }) }),
    ...narrowingFields(model),
  }) as ListSchema

/**
 * Reads the parameters of a list.
 * @param params by name; whatever the declaration does not name is an error
 */
export const readListQuery = (model: ListedModel, params: Record<string, unknown>): { query: ListQuery; errors: FieldErrors } => {
  const { values, errors } = validateQuery(listQuerySchema(model), params)
  return { query: values, errors }
}
