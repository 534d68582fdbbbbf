import type { ListFilter } from '#lib/admin/declaration'
import { isNarrowed, type ListAddress, type ListedAdmin, listHref, withFilter } from './list-address.ts'

interface Props {
  admin: ListedAdmin
  address: ListAddress
  /** The choices of the filters that refer to other things, by field. */
  references?: Record<string, { value: string; label: string }[]>
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

const YES_NO = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
]

function choicesOf({ field, kind, choices = [] }: ListFilter, references: Props['references'] = {}) {
  if (kind === 'boolean' || kind === 'isSet') return YES_NO
  if (kind === 'reference') return references[field] ?? null
  return kind === 'choice' ? choices.map((value) => ({ value, label: capital(value.replaceAll('_', ' ')) })) : null
}

/** One filter whose values are known: each a link. */
function Choices({ admin, address, filter, choices }: Props & { filter: ListFilter; choices: { value: string; label: string }[] }) {
  const { field, title } = filter
  const current = address.filters[field] ?? null
  const id = `filter-${field}`
  return (
    <div className="filter">
      <h3 id={id}>By {title}</h3>
      <ul aria-labelledby={id}>
        {[{ value: null, label: 'All' }, ...choices].map(({ value, label }) => (
          <li key={value ?? ''}>
            <a
              href={listHref(admin, address, { filters: withFilter(address, field, value) })}
              aria-current={value === current || undefined}
            >
              <span dir="auto">{label}</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}

const INPUTS: Partial<Record<ListFilter['kind'], { type: string; inputMode?: 'numeric' }>> = {
  integer: { type: 'text', inputMode: 'numeric' },
  reference: { type: 'text', inputMode: 'numeric' },
  since: { type: 'date' },
  until: { type: 'date' },
}

/** The filters whose values are typed: one form for all of them. */
function TypedFilters({ admin, address, filters }: Props & { filters: readonly ListFilter[] }) {
  const others = filters.reduce((known, { field }) => withFilter({ ...address, filters: known }, field, null), address.filters)
  const kept = new URL(listHref(admin, { ...address, filters: others, page: 1 }), 'http://base.invalid').searchParams
  return (
    <form id="filter-form" method="get" action={address.base} className="filter typed-filters">
      {[...kept].map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {filters.map(({ field, title, kind }) => (
        <div className="field" key={field}>
          <label htmlFor={`filter-${field}`}>{capital(title)}</label>
          <div className="input-frame">
            <input
              id={`filter-${field}`}
              name={field}
              dir="ltr"
              autoComplete="off"
              spellCheck={false}
              defaultValue={address.filters[field] ?? ''}
              {...(INPUTS[kind] ?? { type: 'text' })}
            />
          </div>
        </div>
      ))}
      <button type="submit" className="button button-quiet">
        Filter
      </button>
    </form>
  )
}

/** Everything by which a list is narrowed, beside it; on a narrow screen folded away above it. */
export function Filters({ admin, address, references }: Props) {
  const { listFilter } = admin
  if (listFilter.length === 0) return null
  const known = listFilter.flatMap((filter) => {
    const choices = choicesOf(filter, references)
    return choices === null || choices.length === 0 ? [] : [{ filter, choices }]
  })
  const typed = listFilter.filter((filter) => choicesOf(filter, references) === null)
  const set = Object.keys(address.filters).length
  return (
    <aside className="filters" aria-label="Filters">
      <details open={set > 0}>
        <summary>
          Filters
          {set > 0 && <span className="filter-count"> {set} set</span>}
        </summary>
        <div className="filter-groups">
          {isNarrowed(address) && (
            <p>
              <a href={listHref(admin, address, { q: '', filters: {} })}>Clear all filters</a>
            </p>
          )}
          {known.map(({ filter, choices }) => (
            <Choices key={filter.field} admin={admin} address={address} filter={filter} choices={choices} />
          ))}
          {typed.length > 0 && <TypedFilters admin={admin} address={address} filters={typed} />}
        </div>
      </details>
    </aside>
  )
}
