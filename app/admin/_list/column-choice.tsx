import { allColumns, type ModelAdmin } from '#lib/admin/declaration'
import { Checkbox } from '../../_ui/checkbox.tsx'
import { FormAccount } from '../../_ui/form-account.tsx'
import { type ListAddress, listHref } from './list-address.ts'

interface Props {
  admin: ModelAdmin
  address: ListAddress
  /** The columns that are shown. */
  shown: readonly string[]
}

/** The order goes by a column's number, whether the column is shown or not: one that is not says so here. */
function UnseenOrder({ admin, address, shown }: Props) {
  const unseen = address.order.filter(({ field }) => !shown.includes(field))
  if (unseen.length === 0) return null
  const seen = address.order.filter((term) => !unseen.includes(term))
  return (
    <p className="unseen-order">
      Sorted by what is not shown: {unseen.map(({ field }) => admin.fields[field]?.label ?? field).join(', ')}.{' '}
      <a href={listHref(admin, address, { order: seen })}>Do not sort by that</a>
    </p>
  )
}

/** Which columns the list shows to whoever looks at it, folded away; nothing where there are none to choose from. */
export function ColumnChoice(props: Props) {
  const { admin, address, shown } = props
  if (admin.listOptional.length === 0) return null
  const action = `/api/admin/columns/${admin.path}/`
  const href = listHref(admin, address)
  const [first = ''] = admin.listDisplay
  return (
    <div className="column-choice">
      <UnseenOrder {...props} />
      <details>
        <summary>Columns</summary>
        {/* Without autocomplete a reload would tick what was ticked before, not what is shown. */}
        <form id="column-form" method="post" action={action} autoComplete="off">
          <FormAccount />
          <input type="hidden" name="next" value={href} />
          {/* A box that cannot be unticked is not sent. With this, none but the first is a choice, too, and not the default. */}
          <input type="hidden" name="columns" value={first} />
          <fieldset>
            <legend>Show these columns of {admin.verboseNamePlural}</legend>
            <div className="column-boxes">
              {allColumns(admin).map((name) => (
                <Checkbox
                  key={name}
                  id={`column-${name}`}
                  name="columns"
                  value={name}
                  label={admin.fields[name]?.label ?? name}
                  defaultChecked={shown.includes(name)}
                  disabled={name === first}
                />
              ))}
            </div>
          </fieldset>
          <div className="column-buttons">
            <button type="submit" className="button button-quiet">
              Show these columns
            </button>
            {/* Of the other form, which names no column. */}
            <button type="submit" form="default-columns" className="link-button">
              Default
            </button>
          </div>
        </form>
        <form id="default-columns" method="post" action={action}>
          <FormAccount />
          <input type="hidden" name="next" value={href} />
        </form>
      </details>
    </div>
  )
}
