/** What was chosen in a list, kept in its address while the password is asked again: no row has to be ticked twice. */
import type { FieldErrors } from '../../errors.ts'
import { IDS } from '../../http/flash.ts'
import { safeNextPath } from '../../web/routes.ts'

/** The most rows of one action: each is a transaction of its own, and the client waits for the response. */
export const MAX_AT_ONCE = 1000

export interface Selection {
  ids: string[]
  /** Every row that search and filters show. */
  all: boolean
  action: string
  /** What the action is about besides the rows. */
  argument: string
}

const NOTHING: Selection = { ids: [], all: false, action: '', argument: '' }

/** Longest address with a selection, in characters: a longer one would not be led back to. */
const LONGEST = 2000

type Given = Record<string, string | string[] | undefined>

const isId = (id: string) => /^\d{1,16}$/.test(id)

/** Ids as an address holds them: in base 36, since it is short. */
export const writeIds = (ids: string[]): string =>
  ids
    .filter(isId)
    .map((id) => Number(id).toString(36))
    .join('.')

const readIds = (value: string): string[] =>
  value
    .split('.')
    .filter((part) => /^[\da-z]{1,11}$/.test(part))
    .map((part) => String(Number.parseInt(part, 36)))
    .filter(isId)

const textOf = (query: Given, name: string) => (typeof query[name] === 'string' ? query[name] : '')

/** The selection that an address holds. */
export function readSelection(query: Given): Selection {
  const selected = textOf(query, 'selected')
  if (selected === '') return NOTHING
  const all = selected === 'all'
  return { ids: all ? [] : readIds(selected), all, action: textOf(query, 'action'), argument: textOf(query, 'argument') }
}

/** The selection that a refused form held. Ids a flash brings back whole; what is anything else it may have cut short. */
export function refusedSelection(values: Record<string, string>): Selection {
  const { ids = '', all, action = '', group = '' } = values
  return { ids: IDS.test(ids) ? ids.split(',') : [], all: all === 'true', action, argument: group }
}

/** The selection that a list shows: that of a form that came back, or else the address's, as after a download that was refused. */
export const shownSelection = (query: Given, { errors, values }: { errors: FieldErrors; values: Record<string, string> }): Selection =>
  Object.keys(errors).length > 0 && Object.keys(values).length > 0 ? refusedSelection(values) : readSelection(query)

/** The list's own address with a selection. @param list with its query */
function withSelection(list: string, { ids, all, action, argument }: Selection): string {
  const url = new URL(list, 'http://base.invalid')
  const path = url.pathname + url.search
  const selected = all ? 'all' : writeIds(ids)
  if (selected === '') return path
  url.searchParams.set('selected', selected)
  if (action !== '') url.searchParams.set('action', action)
  if (argument !== '') url.searchParams.set('argument', argument)
  const address = url.pathname + url.search
  return address.length > LONGEST ? path : address
}

/** Where an action's form leads back to: the list as it was. @param fields the form's @param next the list, as the form names it */
export function listOfAction(page: string, fields: Record<string, string>, next: string | null): string {
  const path = safeNextPath(next)
  const list = path !== null && new URL(path, 'http://base.invalid').pathname === page ? path : page
  const { ids = '', all, action = '', group = '' } = fields
  return withSelection(list, { ids: ids.split(',').filter(isId), all: all === 'true', action, argument: group })
}

/** Where a download leads back to: the list of the same rows. @param fields the download's query */
export function listOfExport(page: string, { ids = '', ...rows }: Record<string, string>): string {
  const query = new URLSearchParams(rows)
  const list = query.size > 0 ? `${page}?${query}` : page
  if (list.length > LONGEST) return page
  return withSelection(list, { ...NOTHING, ids: ids.split(',').filter(isId), action: ids === '' ? '' : 'export' })
}
