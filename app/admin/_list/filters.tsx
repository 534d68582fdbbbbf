import { type ListFilter, PERIODS, type Period } from '#lib/admin/core/declaration'
import { type Facets, MAX_CHOICES, type RowCount } from '#lib/admin/core/list-objects'
import { Field, FieldError, Select } from '../../_ui/field.tsx'
import { capitalize, formatNumber } from '../../_ui/format-text.ts'
import { eventLabel } from '../_ui/values.tsx'
import { KeptParameters } from './list-controls.tsx'
import { type ListAddress, type ListedAdmin, listHref } from './load-list.ts'

interface Props {
  admin: ListedAdmin
  address: ListAddress
  /** How many rows each choice has, where that is known. */
  facets: Facets | null
  /** What is wrong with those that are set, in words by their fields. */
  wrong: Partial<Record<string, string>>
}

interface Choice {
  value: string
  label: string
}

const YES_NO = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
]

const PERIOD_NAMES: Record<Period, string> = {
  today: 'Today',
  past_7_days: 'Past 7 days',
  this_month: 'This month',
  this_year: 'This year',
}

/** What there is to choose; null where the value is typed. */
async function choicesOf({ kind, choices = [], choiceLabels = {}, options }: ListFilter): Promise<Choice[] | null> {
  if (kind === 'boolean' || kind === 'isSet') return YES_NO
  if (kind === 'reference') return (await options?.()) ?? null
  if (kind === 'period') return PERIODS.map((value) => ({ value, label: PERIOD_NAMES[value] }))
  return kind === 'choice' ? choices.map((value) => ({ value, label: choiceLabels[value] ?? eventLabel(value) })) : null
}

/** How many rows a choice has, as far as they were counted. */
function FacetCount({ found }: { found: RowCount | undefined }) {
  if (found === undefined) return null
  return (
    <span className="number">
      {' '}
      {formatNumber(found.count)}
      {!found.exact && '+'}
    </span>
  )
}

/** One filter whose values are known: each a link. */
function Choices({ address, facets, wrong, filter, choices }: Omit<Props, 'admin'> & { filter: ListFilter; choices: Choice[] }) {
  const { field, title, kind, optionsPage } = filter
  const current = address.rows[field] ?? null
  // What is set stands there, however many come before it.
  const shown = choices.filter(({ value }, index) => index < MAX_CHOICES || value === current)
  const id = `filter-${field}`
  const all = { value: null, label: kind === 'period' ? 'Any date' : 'All' }
  return (
    <div className="stack-tight">
      <h2 id={id}>By {title}</h2>
      <FieldError id={id} errors={[wrong[field] ?? []].flat()} />
      <ul aria-labelledby={id}>
        {[all, ...shown].map(({ value, label }) => (
          <li key={value ?? ''}>
            <a href={listHref(address, { rows: { [field]: value } })} aria-current={value === current || undefined}>
              <span dir="auto">{label}</span>
              {value !== null && <FacetCount found={facets?.[field]?.[value]} />}
            </a>
          </li>
        ))}
      </ul>
      {shown.length < choices.length && (
        <p>
          {optionsPage === undefined ? (
            `And ${formatNumber(choices.length - shown.length)} more`
          ) : (
            <a href={optionsPage}>All {formatNumber(choices.length)}</a>
          )}
        </p>
      )}
    </div>
  )
}

/** Whether what is typed is an account's number: links lead here by it, and a person would know the address. */
const isNumber = ({ kind }: ListFilter) => kind === 'integer' || kind === 'reference'

/** Those whose choices are too many for links. */
const isSelect = ({ kind, choices = [] }: ListFilter) => kind === 'choice' && choices.length > MAX_CHOICES

/** A filter with many choices, in the order of their words. */
async function SelectFilter({ filter, value, errors }: TypedProps) {
  const { field, title } = filter
  const sorted = ((await choicesOf(filter)) ?? []).toSorted((one, other) => one.label.localeCompare(other.label, 'en'))
  return <Select id={`filter-${field}`} name={field} label={capitalize(title)} choices={sorted} none="All" value={value} errors={errors} />
}

const INPUTS: Partial<Record<ListFilter['kind'], { type: string; inputMode?: 'numeric' | 'email' }>> = {
  integer: { type: 'text', inputMode: 'numeric' },
  email: { type: 'text', inputMode: 'email' },
  reference: { type: 'text', inputMode: 'numeric' },
  since: { type: 'date' },
  until: { type: 'date' },
}

interface TypedProps {
  filter: ListFilter
  value: string
  /** What is wrong with the value. */
  errors: string[]
}

const TextFilter = ({ filter: { field, title, kind }, value, errors }: TypedProps) => (
  <Field
    id={`filter-${field}`}
    name={field}
    label={capitalize(title)}
    dir="ltr"
    autoComplete="off"
    spellCheck={false}
    defaultValue={value}
    errors={errors}
    {...(INPUTS[kind] ?? { type: 'text' })}
  />
)

/** The filters whose values are typed, or chosen among many: one form for all of them. */
function TypedFilters({ address, wrong, filters }: Omit<Props, 'facets' | 'admin'> & { filters: readonly ListFilter[] }) {
  return (
    <form id="filter-form" method="get" action={address.base} className="stack">
      <KeptParameters address={address} without={filters.map(({ field }) => field)} />
      {filters.map((filter) => {
        const typed = { filter, value: address.rows[filter.field] ?? '', errors: [wrong[filter.field] ?? []].flat() }
        return isSelect(filter) ? <SelectFilter key={filter.field} {...typed} /> : <TextFilter key={filter.field} {...typed} />
      })}
      <button type="submit" className="button button-secondary">
        Filter
      </button>
    </form>
  )
}

/** Everything by which a list is narrowed, beside it; on a narrow screen folded away above it. */
export async function Filters({ admin, address, facets, wrong }: Props) {
  const { listFilter } = admin
  if (listFilter.length === 0) return null
  const filters = await Promise.all(listFilter.map(async (filter) => ({ filter, choices: await choicesOf(filter) })))
  const known = filters.flatMap(({ filter, choices }) => (!choices?.length || isSelect(filter) ? [] : [{ filter, choices }]))
  const typed = filters.flatMap(({ filter, choices }) => {
    const left = isNumber(filter) && address.rows[filter.field] === undefined
    return isSelect(filter) || (choices === null && !left) ? [filter] : []
  })
  const set = listFilter.filter(({ field }) => address.rows[field] !== undefined)
  return (
    <aside className="filters" aria-label="Filters">
      <details open={set.length > 0}>
        <summary>
          Filters
          {set.length > 0 && <span className="secondary"> {set.length} set</span>}
        </summary>
        <div className="stack-loose">
          {set.length > 0 && (
            <p>
              <a href={listHref(address, { rows: Object.fromEntries(set.map(({ field }) => [field, null])) })}>Clear all filters</a>
            </p>
          )}
          {known.length > 0 && (facets === null || address.facets) && (
            <p>
              <a href={listHref(address, { facets: facets === null, page: address.page })}>
                {facets === null ? 'Show counts' : 'Hide counts'}
              </a>
            </p>
          )}
          {known.map(({ filter, choices }) => (
            <Choices key={filter.field} address={address} facets={facets} wrong={wrong} filter={filter} choices={choices} />
          ))}
          {typed.length > 0 && <TypedFilters address={address} wrong={wrong} filters={typed} />}
        </div>
      </details>
    </aside>
  )
}
