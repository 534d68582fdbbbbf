import { allColumns, type ModelAdmin } from '#lib/admin/declaration'
import { Checkbox } from '../../_ui/field.tsx'
import { hiddenFields, type ListAddress, listHref } from './list-address.ts'

/** Which columns the list shows, folded away; nothing where there are none to choose from. The choice is part of the address. */
export function ColumnChoice({ admin, address, shown }: { admin: ModelAdmin; address: ListAddress; shown: readonly string[] }) {
  if (admin.listOptional.length === 0) return null
  const [first = ''] = admin.listDisplay
  return (
    <details>
      <summary>Columns</summary>
      {/* Without autocomplete a reload would tick what was ticked before, not what is shown. */}
      <form id="column-form" method="get" action={address.base} autoComplete="off">
        {hiddenFields(address, ['columns']).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <input type="hidden" name="columns" value={first} />
        <fieldset>
          <legend>Show these columns of {admin.verboseNamePlural}</legend>
          <div className="columns columns-narrow">
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
        <div className="row">
          <button type="submit" className="button button-secondary">
            Show these columns
          </button>
          {address.columns !== null && <a href={listHref(address, { columns: null })}>Default</a>}
        </div>
      </form>
    </details>
  )
}
