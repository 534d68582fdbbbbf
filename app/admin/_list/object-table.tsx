import type { ReactNode } from 'react'
import { type ListAddress, type ListedAdmin, listHref, orderOf } from './load-list.ts'
import { SelectAll } from './selection.tsx'

export interface Column<Item> {
  field: string
  label: string
  cell: (item: Item) => ReactNode
}

interface Props<Item> {
  admin: ListedAdmin
  address: ListAddress
  caption: string
  /** The first one names the row. */
  columns: Column<Item>[]
  items: Item[]
  /** With boxes to choose rows by; what a row is called. */
  selectable?: ((item: Item) => string) | undefined
  /** The ids of the rows chosen before the list was left. */
  selected?: readonly string[]
}

/** The order that is shown: the address's, else the model's own, as far as its columns are there. */
const shownOrder = ({ ordering }: ListedAdmin, address: ListAddress): readonly string[] =>
  address.rows.ordering === undefined ? ordering.slice(0, 1) : orderOf(address)

const fieldOf = (term: string) => term.replace(/^-/, '')

const DIRECTIONS = { up: 'ascending', down: 'descending' } as const

/** A column's head: a link that sorts by it first, and by the others after it. */
function SortHead({
  admin,
  address,
  field,
  label,
}: Omit<Props<never>, 'columns' | 'items' | 'caption'> & { field: string; label: string }) {
  if (!admin.sortableBy.includes(field)) return <th scope="col">{label}</th>
  const order = shownOrder(admin, address)
  const at = order.findIndex((term) => fieldOf(term) === field)
  const term = order[at]
  const down = term?.startsWith('-')
  const others = orderOf(address).filter((other) => fieldOf(other) !== field)
  const chosen = address.rows.ordering !== undefined && term !== undefined
  const sortedBy = (terms: string[]) => listHref(address, { rows: { ordering: terms.join(',') } })
  return (
    <th
      scope="col"
      aria-sort={at === 0 && term ? DIRECTIONS[down ? 'down' : 'up'] : undefined}
      data-sorted={term !== undefined || undefined}
    >
      <a href={sortedBy([term !== undefined && !down ? `-${field}` : field, ...others])}>
        {label}
        {term && (
          <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">
            <path fill="currentColor" d={down ? 'M2 4l4 5 4-5z' : 'M2 8l4-5 4 5z'} />
          </svg>
        )}
        {chosen && order.length > 1 && (
          <span className="hint">
            <span className="visually-hidden">, sorted </span>
            {at + 1}
          </span>
        )}
      </a>
      {chosen && (
        <a href={sortedBy(others)}>
          <span className="visually-hidden">Do not sort by {label}</span>
          <span aria-hidden="true">×</span>
        </a>
      )}
    </th>
  )
}

/** A list's rows: a table, of which each row is a card on a narrow screen. */
export function ObjectTable<Item extends { id: number | string }>({
  admin,
  address,
  caption,
  columns,
  items,
  selectable,
  selected = [],
}: Props<Item>) {
  return (
    <div className="object-table-frame">
      <table className="object-table" data-selectable={selectable !== undefined || undefined}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {selectable && (
              <td className="select">
                <SelectAll />
              </td>
            )}
            {columns.map(({ field, label }) => (
              <SortHead key={field} admin={admin} address={address} field={field} label={label} />
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              {selectable && (
                <td className="select">
                  <label>
                    <input type="checkbox" name="ids" value={item.id} defaultChecked={selected.includes(String(item.id))} />
                    <span className="visually-hidden">Select {selectable(item)}</span>
                  </label>
                </td>
              )}
              {columns.map(({ field, label, cell }, index) =>
                index === 0 ? (
                  <th key={field} scope="row">
                    {cell(item)}
                  </th>
                ) : (
                  <td key={field} data-label={label}>
                    {cell(item)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
