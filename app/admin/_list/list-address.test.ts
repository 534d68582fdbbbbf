import { describe, expect, it } from 'vitest'
import { type ListedAdmin, listBehind, listHref, objectHref, readAddress, rowParams } from './list-address.ts'
import { pageNumbers } from './pages.tsx'

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
    for (const query of ['', 'q=ada', 'is_staff=true&q=a+b&o=-2.1&p=3', 'all=', '_facets=1', 'q=a&all=&_facets=1&p=2']) {
      const written = query === '' ? BASE : `${BASE}?${query}`
      expect(listHref(admin, read(query))).toBe(written)
    }
  })

  it('sorts only by what may be sorted by, each once', () => {
    expect(rowParams(read('o=-2.1'))).toEqual({ ordering: '-name,email' })
    expect(rowParams(read('o=3'))).toEqual({})
    expect(rowParams(read('o=9.x.-0.2.-2'))).toEqual({ ordering: 'name' })
  })

  it('numbers the columns that can be chosen after those that the list shows by itself', () => {
    expect(rowParams(read('o=-4.1'))).toEqual({ ordering: '-joined,email' })
    expect(listHref(admin, read('o=-4.1'))).toBe(`${BASE}?o=-4.1`)
    expect(rowParams(read('o=5.6'))).toEqual({})
  })

  it('knows no filter that is not declared', () => {
    expect(rowParams(read('password=x&is_staff=true'))).toEqual({ is_staff: 'true' })
  })

  it('begins with the first page when anything but the page changes', () => {
    expect(listHref(admin, read('p=3'), { q: 'ada' })).toBe(`${BASE}?q=ada`)
    expect(listHref(admin, read('q=ada&p=3'), { page: 4 })).toBe(`${BASE}?q=ada&p=4`)
  })

  it('is found again from the page of an object, however often a form was refused there', () => {
    const href = objectHref(`${BASE}?q=a`, BASE, 7)
    expect(href).toBe(`${BASE}/7?next=%2Fadmin%2Fusers%3Fq%3Da`)
    expect(listBehind(BASE, `${BASE}?q=a`)).toBe(`${BASE}?q=a`)
    expect(listBehind(BASE, href)).toBe(`${BASE}?q=a`)
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
