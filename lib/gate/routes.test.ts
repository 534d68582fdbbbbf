import { describe, expect, it } from 'vitest'
import { isProtectedPage, safeNextPath } from './routes.ts'

describe('next leads only to a page of this site (LG-5)', () => {
  it.each([
    ['/dashboard', '/dashboard'],
    ['/dashboard?tab=1#top', '/dashboard?tab=1#top'],
    ['/a/../dashboard', '/dashboard'],
    ['/caf%C3%A9', '/caf%C3%A9'],
    ['/café', '/caf%C3%A9'],
  ])('%s → %s', (next, path) => {
    expect(safeNextPath(next)).toBe(path)
  })

  it.each([
    '',
    'dashboard',
    '//evil.test',
    '///evil.test',
    '////evil.test',
    '/\\evil.test',
    '\\\\evil.test',
    '/\\/evil.test',
    'https:evil.test',
    'http:evil.test',
    'http:///evil.test',
    'https://evil.test/dashboard',
    '/\t/evil.test',
    '/\n/evil.test',
    '/\r\n/evil.test',
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'java\nscript:alert(1)',
    'http://app@evil.test/',
    'http:999999999',
    '\x08//evil.test',
    ' //evil.test',
    '/..//evil.test',
    '/a/..//evil.test',
    '/./\\evil.test',
    '/%09/../..//evil.test',
    '/x\\..\\..//evil.test',
    'ftp://evil.test',
    'http:\\\\evil.test',
    'http:/\\evil.test',
    '//[::1]/',
    '/api/accounts/logout/',
    '/api',
    '/login?next=/login',
    '/login/',
    '/signup',
    '/logout',
    `/${'a'.repeat(10_000)}`,
  ])('%j leads nowhere', (next) => {
    expect(safeNextPath(next)).toBeNull()
  })

  it.each([undefined, null, 5, ['/dashboard'], {}])('%j is no path', (next) => {
    expect(safeNextPath(next)).toBeNull()
  })
})

it('a protected page covers what is below it and nothing beside it', () => {
  expect(['/dashboard', '/dashboard/', '/dashboard/x'].map(isProtectedPage)).toEqual([true, true, true])
  expect(['/dashboards', '/', '/login'].map(isProtectedPage)).toEqual([false, false, false])
})
