import { describe, expect, it } from 'vitest'
import { pageNumbers } from './list-controls.tsx'
import { type ListedAdmin, listBehind, listHref, objectHref, readAddress } from './load-list.ts'

const admin: ListedAdmin = {
  listDisplay: ['email', 'name', 'note'],
  listOptional: ['joined', 'nickname'],
  sortableBy: ['email', 'name', 'joined'],
  listFilter: [{ field: 'is_staff', title: 'staff status', kind: 'boolean' }],
  ordering: ['email'],
  listPerPage: 100,
  listMaxPerPage: 200,
  fields: {},
}
const BASE = '/admin/users'
const read = (query: string) => readAddress(admin, BASE, Object.fromEntries(new URLSearchParams(query)))

describe('the address of a list', () => {
  it('is read and written without loss', () => {
    for (const query of [
      '',
      'search=ada',
      'search=a+b&ordering=-name%2Cemail&is_staff=true&page=3',
      'page_size=200',
      'facets=true',
      'columns=email%2Cnickname',
      'search=a&columns=email%2Cname&facets=true&page_size=200&page=2',
    ]) {
      const written = query === '' ? BASE : `${BASE}?${query}`
      expect(listHref(read(query))).toBe(written)
    }
  })

  it('sorts only by what may be sorted by', () => {
    expect(read('ordering=-name,email').rows).toEqual({ ordering: '-name,email' })
    expect(read('ordering=note').rows).toEqual({})
    expect(read('ordering=password,,-name,--email').rows).toEqual({ ordering: '-name' })
  })

  it('shows the columns that there are, in their order, the first one always', () => {
    expect(read('').columns).toBe(null)
    expect(read('columns=nickname,note').columns).toEqual(['email', 'note', 'nickname'])
    expect(readAddress(admin, BASE, { columns: ['joined', 'password'] }).columns).toEqual(['email', 'joined'])
  })

  it('knows no filter that is not declared', () => {
    expect(read('password=x&is_staff=true').rows).toEqual({ is_staff: 'true' })
  })

  it('leaves out a page that there cannot be', () => {
    for (const page of ['0', '-1', '1e3', 'x', '99999999']) expect(read(`page=${page}`).page).toBe(1)
    expect(read('page_size=201').pageSize).toBe(null)
  })

  it('reads Django’s names of the search and the page', () => {
    expect(listHref(read('q=ada&p=2'))).toBe(`${BASE}?search=ada&page=2`)
  })

  it('begins with the first page when anything but the page changes', () => {
    expect(listHref(read('page=3'), { rows: { search: 'ada' } })).toBe(`${BASE}?search=ada`)
    expect(listHref(read('search=ada&page=3'), { page: 4 })).toBe(`${BASE}?search=ada&page=4`)
    expect(listHref(read('search=ada&is_staff=true'), { rows: { is_staff: null } })).toBe(`${BASE}?search=ada`)
  })

  it('is found again from the page of an object, however often a form was refused there', () => {
    const href = objectHref(`${BASE}?search=a`, BASE, 7)
    expect(href).toBe(`${BASE}/7?next=%2Fadmin%2Fusers%3Fsearch%3Da`)
    expect(listBehind(BASE, `${BASE}?search=a`)).toBe(`${BASE}?search=a`)
    expect(listBehind(BASE, href)).toBe(`${BASE}?search=a`)
    for (const next of [undefined, 'https://evil.example/admin/users', '/dashboard']) expect(listBehind(BASE, next)).toBe(BASE)
  })
})

describe('the links to pages', () => {
  it('name the ends and the neighbours, and no gap of one page', () => {
    expect(pageNumbers(1, 1)).toEqual([1])
    expect(pageNumbers(1, 3)).toEqual([1, 2, 3])
    expect(pageNumbers(5, 10)).toEqual([1, 2, 3, 4, 5, 6, 0, 9, 10])
    expect(pageNumbers(50, 100)).toEqual([1, 2, 0, 49, 50, 51, 0, 99, 100])
  })
})
