import { describe, expect, it } from 'vitest'
import { Throttled } from '../../errors.ts'
import { encodeFlash, readFlash } from '../../http/flash.ts'
import { downloadFailure } from '../../http/form-responses.ts'
import { safeNextPath } from '../../web/routes.ts'
import { listOfAction, listOfExport, readSelection, refusedSelection, shownSelection } from './list-selection.ts'

const PAGE = '/admin/users'
const read = (address: string) => readSelection(Object.fromEntries(new URL(address, 'http://x').searchParams))

describe('a selection', () => {
  it('comes back to the list as it was, with the rows, the action and what that is about', () => {
    const address = listOfAction(PAGE, { ids: '7,1234567', action: 'add_to_group', group: '3' }, `${PAGE}?is_staff=true&search=a+b`)
    expect(address).toMatch(/^\/admin\/users\?is_staff=true&search=a\+b&/)
    expect(read(address)).toEqual({ ids: ['7', '1234567'], all: false, action: 'add_to_group', argument: '3' })
    expect(read(listOfAction(PAGE, { all: 'true', ids: '7', action: 'deactivate' }, null))).toMatchObject({ ids: [], all: true })
  })

  it('of a whole page of large ids is short enough to be led back to', () => {
    const ids = Array.from({ length: 200 }, (_, n) => String(9_000_000 + n * 7)).join(',')
    const address = listOfAction(
      PAGE,
      { ids, action: 'deactivate' },
      `${PAGE}?search=${'a'.repeat(200)}&is_staff=true&ordering=-name,email&page_size=200`,
    )
    expect(safeNextPath(address)).toBe(address)
    expect(read(address).ids.join(',')).toBe(ids)
  })

  it('that is too long for an address is left behind, the list is not', () => {
    const ids = Array.from({ length: 1000 }, (_, n) => String(9_000_000_000 + n)).join(',')
    expect(listOfAction(PAGE, { ids, action: 'delete' }, `${PAGE}?search=x`)).toBe(`${PAGE}?search=x`)
  })

  it('leads nowhere but to its list, and holds nothing but ids', () => {
    for (const next of ['//evil.example/admin/users', '/dashboard', 'https://evil.example', '/admin/users/7', '/api/admin/users']) {
      expect(listOfAction(PAGE, { ids: '1' }, next)).toBe(`${PAGE}?selected=1`)
    }
    expect(readSelection({ selected: '1.-2.%.zzzzzzzzzzzz.A.<svg>.10' }).ids).toEqual(['1', '36'])
    expect(readSelection({ selected: ['1', '2'] }).ids).toEqual([])
    expect(readSelection({ action: 'delete' })).toMatchObject({ ids: [], action: '' })
  })

  it('of a refused form that may have been cut short is not guessed at', () => {
    expect(refusedSelection({ ids: '1,22', action: 'x', group: '3' })).toEqual({ ids: ['1', '22'], all: false, action: 'x', argument: '3' })
    expect(refusedSelection({ ids: '1,'.repeat(130) }).ids).toEqual([])
  })

  it('of a refused form comes back whole, be it all rows of a page', () => {
    const ids = Array.from({ length: 200 }, (_, n) => String(9_000_000 + n * 7))
    const flash = encodeFlash({ form: PAGE, errors: { group: ['required'] }, values: { ids: ids.join(','), action: 'add_to_group' } })
    const { values = {} } = readFlash(`latchkey_flash=${flash}`) ?? {}
    expect(refusedSelection(values)).toEqual({ ids, all: false, action: 'add_to_group', argument: '' })
  })
})

it('a download leads back to the list of the same rows', () => {
  expect(listOfExport(PAGE, {})).toBe(PAGE)
  expect(listOfExport(PAGE, { search: 'a b', ordering: '-name,email', is_staff: 'true' })).toBe(
    `${PAGE}?search=a+b&ordering=-name%2Cemail&is_staff=true`,
  )
  expect(read(listOfExport(PAGE, { ids: '5,6' }))).toMatchObject({ ids: ['5', '6'], action: 'export' })
})

describe('a list that comes back with something wrong', () => {
  const errors = { non_field_errors: ['throttled:60'] }

  it('still has the rows ticked of which a download was refused', () => {
    const page = listOfExport(PAGE, { ids: '5,6' })
    const { headers } = downloadFailure({ requestId: 'r', allow: 'GET', problem: false }, new Throttled(60), page)
    const flash = readFlash(headers.getSetCookie()[0]?.split(';')[0] ?? '')
    const query = Object.fromEntries(new URL(headers.get('location') ?? '', 'http://x').searchParams)
    expect(flash?.errors).toEqual(errors)
    const state = { errors: flash?.errors ?? {}, values: flash?.values ?? {} }
    expect(shownSelection(query, state)).toMatchObject({ ids: ['5', '6'], action: 'export' })
  })

  it('shows what a refused form held, and not what its address did', () => {
    const query = { selected: '1', action: 'delete' }
    const shown = shownSelection(query, { errors, values: { ids: '5', action: 'export' } })
    expect(shown).toMatchObject({ ids: ['5'], action: 'export' })
    expect(shownSelection(query, { errors, values: { action: 'export' } })).toMatchObject({ ids: [], action: 'export' })
    expect(shownSelection(query, { errors: {}, values: {} })).toMatchObject({ ids: ['1'], action: 'delete' })
  })
})
