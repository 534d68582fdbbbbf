import { FieldError } from '../../_ui/field-error.tsx'
import { countWords, numberWords } from '../_ui/admin-messages.ts'
import { hiddenFields, isNarrowed, type ListAddress, type ListedAdmin, listHref } from './list-address.ts'
import type { LoadedList } from './load-list.ts'

interface Props {
  admin: ListedAdmin & { verboseName: string; verboseNamePlural: string; searchFields: readonly string[] }
  address: ListAddress
  loaded: Pick<LoadedList<unknown>, 'list' | 'total'> & Partial<Pick<LoadedList<unknown>, 'wrong'>>
  /** What is wrong with the words. */
  error?: string | undefined
}

/** How many rows there are, as far as they were counted. */
function resultWords({ admin: { verboseName, verboseNamePlural }, address, loaded: { list, total, wrong = {} } }: Props): string {
  const whole = `${total.countIsExact ? '' : 'about '}${countWords(total.count, verboseName, verboseNamePlural)}`
  if (!isNarrowed(address)) return whole.charAt(0).toUpperCase() + whole.slice(1)
  if (Object.keys(wrong).length > 0) return `None shown (${total.countIsExact ? '' : 'about '}${numberWords(total.count)} total)`
  const found = list.countIsExact ? countWords(list.count, 'result', 'results') : `More than ${numberWords(list.count)} results`
  return `${found} (${total.countIsExact ? '' : 'about '}${numberWords(total.count)} total)`
}

/** Finds rows by words, and says how many there are. */
export function SearchForm(props: Props) {
  const { admin, address, error } = props
  return (
    <div className="list-search row spread">
      {admin.searchFields.length > 0 && (
        <search>
          <form id="search-form" className="search" method="get" action={address.base}>
            {hiddenFields(address, ['search']).map(([name, value]) => (
              <input key={name} type="hidden" name={name} value={value} />
            ))}
            <label htmlFor="search" className="visually-hidden">
              Search {admin.verboseNamePlural}
            </label>
            <FieldError id="search" errors={error === undefined ? [] : [error]} />
            <input
              id="search"
              aria-invalid={error !== undefined || undefined}
              aria-describedby={error && 'search-error'}
              name="search"
              type="search"
              dir="auto"
              defaultValue={address.rows.search}
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
              placeholder={admin.searchFields.map((field) => admin.fields[field]?.label.toLowerCase()).join(', ')}
            />
            <button type="submit" className="button button-secondary">
              Search
            </button>
          </form>
        </search>
      )}
      <p className="secondary number">
        {resultWords(props)}
        {address.rows.search !== undefined && (
          <>
            {' · '}
            <a href={listHref(address, { rows: { search: null } })}>Clear search</a>
          </>
        )}
      </p>
    </div>
  )
}
