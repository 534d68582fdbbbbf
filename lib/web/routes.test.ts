import { describe, expect, it } from 'vitest'
import { hasRefusedCookies, isProtectedPage, loginPath, PUBLIC_PAGES, safeNextPath } from './routes.ts'

describe('next leads only to a page of this site (LG-5)', () => {
  it.each([
    ['/dashboard', '/dashboard'],
    ['/dashboard?tab=1#top', '/dashboard?tab=1#top'],
    ['/a/../dashboard', '/dashboard'],
    ['/caf%C3%A9', '/caf%C3%A9'],
    ['/café', '/caf%C3%A9'],
    ['/view/?param=http://example.com', '/view/?param=http://example.com'],
    ['/view/?param=//evil.test', '/view/?param=//evil.test'],
    ['/view?param=ftp://example.com#http://x', '/view?param=ftp://example.com#http://x'],
    ['/http://evil.test', '/http://evil.test'],
    ['/url%20with%20spaces/', '/url%20with%20spaces/'],
    ['/path/http:2222222222', '/path/http:2222222222'],
    ['/%2f%2fevil.test', '/%2f%2fevil.test'],
    ['/%5cevil.test', '/%5cevil.test'],
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
    `/${'login?next=/'.repeat(50)}`,
    `/login${'?next=/login'.repeat(50)}`,
    encodeURI(`/login?next=${'/login?next='.repeat(50)}`),
    // Schemes and hosts in odd writing, each of which some browser or library has taken for another site's address.
    'http://evil.test',
    'HTTP://EVIL.TEST',
    'http:\\\\evil.test/x',
    'http:/\\//evil.test',
    'http:\\//evil.test',
    'http:\\/evil.test',
    'http://evil.test',
    'http:evil.test/x',
    'http:///\\evil.test',
    'http://ourselves@evil.test',
    'http://ourselves:secret@evil.test',
    'http://ourselves:@evil.test',
    'http://[2001:cdba:0000:0000:0000:0000:3257:9652/',
    'http://evil.test:99999/',
    'ftp:evil.test',
    'data:,x',
    'vbscript:msgbox(1)',
    'blob:http://evil.test/x',
    'file:///etc/passwd',
    '://evil.test',
    ':/evil.test',
    '\\evil.test',
    '\\\\\\evil.test',
    '/\\\\evil.test',
    '/\\/evil.test',
    '////////evil.test',
    '/ //evil.test',
    '/\u00a0\t/evil.test',
    '\u2028//evil.test',
    '\ufeff//evil.test',
    '\x00//evil.test',
    '\x1fhttp://evil.test',
    '/\x00/evil.test',
    '/\x7f/evil.test',
    '\n',
    '\r/evil.test',
    '//evil.test@app.test',
    '//app.test\\@evil.test',
    '//127.0.0.1',
    '//%65vil.test',
    '/..;//evil.test\\',
    '/%2e%2e//evil.test',
    '/a/%2e%2e//evil.test',
    '/.%2e//evil.test',
    '/x/..%2f..//../../..//evil.test',
    'login',
    '../dashboard',
    './dashboard',
    '?x',
    '#x',
    '/API/../api/accounts/logout/',
    '/a/../api/accounts/logout/',
    '/%2e/api/accounts/logout/',
    '/./login',
    '/a/../logout',
    '/login#x',
    '/admin/login',
    '/admin/login/?next=/admin',
  ])('%j leads nowhere', (next) => {
    expect(safeNextPath(next)).toBeNull()
  })

  it.each([undefined, null, 5, ['/dashboard'], {}])('%j is no path', (next) => {
    expect(safeNextPath(next)).toBeNull()
  })
})

it('AZ-1: no page is declared both public and protected', () => {
  expect(PUBLIC_PAGES.filter(isProtectedPage)).toEqual([])
})

it('a protected page covers what is below it and nothing beside it', () => {
  expect(['/dashboard', '/dashboard/', '/dashboard/x'].map(isProtectedPage)).toEqual([true, true, true])
  expect(['/dashboards', '/', '/login'].map(isProtectedPage)).toEqual([false, false, false])
})

it('the admin area is entered by a page of its own, which is no protected one', () => {
  expect(['/admin', '/admin/users/1?q=x', '/admins', '/dashboard'].map(loginPath)).toEqual([
    '/admin/login?next=%2Fadmin',
    '/admin/login?next=%2Fadmin%2Fusers%2F1%3Fq%3Dx',
    '/login?next=%2Fadmins',
    '/login?next=%2Fdashboard',
  ])
  expect(loginPath(null)).toBe('/login')
  expect(['/admin', '/admin/login/x', '/admin/login', '/admin/login/'].map(isProtectedPage)).toEqual([true, true, false, false])
})

describe('a browser that keeps no cookies', () => {
  const shows = (path: string, headers: Record<string, string>) => hasRefusedCookies(new URL(path, 'http://app.test'), new Headers(headers))

  it.each([
    ['back from a form that was refused', '/login', { referer: 'http://app.test/login' }],
    ['back from the page that a sign-in leads to', '/login?next=%2Fdashboard', { referer: 'http://app.test/login?next=%2Fx' }],
    ['the same without a Referer', '/login?next=%2Fdashboard', { 'sec-fetch-site': 'same-origin' }],
    ['the same without Fetch Metadata', '/login?next=%2Fdashboard', { referer: 'http://app.test/login' }],
    ['after a sign-up', '/login?next=%2Fdashboard', { referer: 'http://app.test/signup' }],
    ['a sign-up that was refused', '/signup', { referer: 'http://app.test/signup' }],
    ['in the admin area', '/admin/login?next=%2Fadmin', { referer: 'http://app.test/admin/login' }],
  ])('is told so: %s', (_, path, headers) => {
    expect(shows(path, headers)).toBe(true)
  })

  it.each([
    ['a first visit', '/login', {}],
    ['an address that was kept, without Fetch Metadata', '/login?next=%2Fdashboard', {}],
    ['by a link of this site', '/login', { referer: 'http://app.test/', 'sec-fetch-site': 'same-origin' }],
    ['by a link of another site', '/login?next=%2Fdashboard', { referer: 'http://other.test/login', 'sec-fetch-site': 'cross-site' }],
    ['by an address that was typed', '/login?next=%2Fdashboard', { 'sec-fetch-site': 'none' }],
    ['on a page that needs no cookie', '/', { referer: 'http://app.test/login' }],
  ])('is not suspected in %s', (_, path, headers) => {
    expect(shows(path, headers)).toBe(false)
  })
})
