import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { type AccountEmails, accountFields, emailsOfAccounts } from '#lib/admin/core/account-fields'
import { listTitle, type ModelAdmin, permissionFor } from '#lib/admin/core/declaration'
import { shownSelection } from '#lib/admin/core/list-selection'
import { modelAt } from '#lib/admin/registry'
import { hasPermission } from '#lib/permissions/user-permissions'
import { ErrorSummary } from '../../_ui/field.tsx'
import { pageTitle } from '../../_ui/format-text.ts'
import { ActionBar } from '../_list/actions.tsx'
import { Filters } from '../_list/filters.tsx'
import { ColumnChoice, Pages, SearchForm } from '../_list/list-controls.tsx'
import { isNarrowed, listHref, loadList, objectHref, readAddress, wrongIn, wrongProblems } from '../_list/load-list.ts'
import { type Column, ObjectTable } from '../_list/object-table.tsx'
import { adminFormState, required, requireStaff } from '../_request.ts'
import { adminProblems } from '../_ui/admin-messages.ts'
import { UnsavedChangesForm } from '../_ui/unsaved-changes-form.tsx'
import { cellOf } from '../_ui/values.tsx'
import type { ListContext, ListView } from '../_views/view.ts'
import { views } from '../_views/views.tsx'

export async function generateMetadata({ params, searchParams }: PageProps<'/admin/[model]'>): Promise<Metadata> {
  const admin = modelAt((await params).model)
  if (admin === null) return {}
  const page = `/admin/${admin.path}`
  const { errors } = await adminFormState(page)
  return { title: pageTitle(listTitle(admin), { ...errors, ...wrongIn(admin, readAddress(admin, page, await searchParams)) }) }
}

type Item = { id: number | string }

/** The columns that are shown; the first one leads to the object's page, where its model has one. */
function columnsOf(
  { fields, fieldsets, path }: ModelAdmin,
  shown: readonly string[],
  { cells = {} }: ListView,
  context: ListContext,
  emails: AccountEmails,
): Column<Item>[] {
  return shown.map((name, index) => {
    const { label, kind } = fields[name] ?? { label: name, kind: 'text' }
    const cell = (item: Item): ReactNode => cells[name]?.(item, context) ?? cellOf(kind, item[name as keyof Item], emails)
    const linked = index === 0 && fieldsets.length > 0
    return {
      field: name,
      label,
      cell: linked ? (item) => <a href={objectHref(context.here, `/admin/${path}`, item.id)}>{cell(item)}</a> : cell,
    }
  })
}

/** The list of any model that is declared: search, filters, rows, what can be done with them, pages. */
export default async function ModelPage({ params, searchParams }: PageProps<'/admin/[model]'>) {
  const { model } = await params
  const found = modelAt(model)
  const page = `/admin/${model}`
  // Who is no staff is not told what there is.
  const { permissions, principal } = await requireStaff(page, found === null ? undefined : permissionFor(found, 'view'))
  const admin = required(found)
  const view = views.get(admin.path) ?? {}
  const query = await searchParams
  const address = readAddress(admin, page, query)
  const [{ list, facets, total, wrong }, { errors, values }] = await Promise.all([loadList(admin, address), adminFormState(page)])
  const shown = address.columns ?? admin.listDisplay
  const selection = shownSelection(query, { errors, values })
  const isWrong = Object.keys(wrong).length > 0
  const context: ListContext = { permissions, sid: principal.claims.sid, now: new Date(), here: listHref(address) }
  const actions = admin.actions.filter(({ permission }) => hasPermission(permissions, permission))
  const rowAction = (await view.rowAction?.(list.items, context)) ?? null
  const accounts = accountFields(admin).filter((field) => shown.includes(field) && view.cells?.[field] === undefined)
  const columns = columnsOf(admin, shown, view, context, await emailsOfAccounts(accounts, list.items, permissions))
  const [first] = admin.listDisplay
  const table = (
    <ObjectTable
      admin={admin}
      address={address}
      caption={listTitle(admin)}
      columns={rowAction === null ? columns : [...columns, { field: 'row_action', label: 'Action', cell: rowAction }]}
      items={list.items}
      selected={selection.ids}
      selectable={actions.length > 0 ? (item) => String(item[first as keyof Item]) : undefined}
    />
  )
  return (
    <div className="stack-loose">
      <ErrorSummary problems={[...wrongProblems(wrong), ...adminProblems(errors, { action: 'action', group: 'action-argument' })]} />
      <div className="row spread">
        <h1>{listTitle(admin)}</h1>
        <div className="row">
          {admin.exported && !isWrong && (
            <a className="button button-secondary" href={`/api${page}/export/?${new URLSearchParams(address.rows)}`}>
              Export as CSV
            </a>
          )}
          {admin.addFieldsets.length > 0 && hasPermission(permissions, permissionFor(admin, 'add')) && (
            <a className="button" href={`${page}/add`}>
              Add {admin.verboseName}
            </a>
          )}
        </div>
      </div>
      <div className="list-layout">
        <SearchForm admin={admin} address={address} list={list} total={total} isWrong={isWrong} error={wrong.search} />
        <div className="list-main stack">
          <ColumnChoice admin={admin} address={address} shown={shown} />
          {list.items.length === 0 ? (
            <p className="panel panel-empty">
              {isNarrowed(address) ? (
                <>
                  {isWrong ? 'Nothing is shown until that is corrected.' : `No ${admin.verboseName} matches.`}{' '}
                  <a href={page}>Show all {admin.verboseNamePlural}</a>
                </>
              ) : (
                (view.empty ?? `There are no ${admin.verboseNamePlural} yet.`)
              )}
            </p>
          ) : actions.length > 0 ? (
            // Without autocomplete Back would tick the boxes that were ticked by their place, after other rows have come there.
            <UnsavedChangesForm id="action-form" action={`/api${page}/actions/`} autoComplete="off" className="stack" forgiving>
              <ActionBar
                actions={actions}
                selection={selection}
                shown={list.items.length}
                count={list.count}
                countIsExact={list.countIsExact}
                plural={admin.verboseNamePlural}
                narrowed={isNarrowed(address)}
                params={address.rows}
                page={page}
                href={context.here}
              />
              {table}
            </UnsavedChangesForm>
          ) : (
            table
          )}
          <Pages admin={admin} address={address} list={list} />
        </div>
        <Filters admin={admin} address={address} facets={facets} wrong={wrong} />
      </div>
    </div>
  )
}
