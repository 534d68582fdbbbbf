import { describe, expect, it } from 'vitest'
import { forgetLinks, keepLink, readLinkToken } from './cookies.ts'
import { LINK_PAGES } from './routes.ts'

/** The Cookie header that a browser sends after a Set-Cookie. */
const sent = (setCookie: string) => setCookie.split(';')[0] ?? ''
/** What a page finds that was opened at an address. */
const found = (cookies: string, path: string) => {
  const { pathname, searchParams } = new URL(path, 'http://base')
  return readLinkToken(cookies, pathname, searchParams.get('link') ?? undefined)
}
const PAIRS = LINK_PAGES.flatMap((first) => LINK_PAGES.map((second) => [first, second] as const))

describe('the mailed links that a browser has open', () => {
  it.each(PAIRS)('%s and %s each keep their own token', (first, second) => {
    const one = keepLink(null, first, 'one')
    const two = keepLink(sent(one.cookie), second, 'two')
    const cookies = sent(two.cookie)
    expect([found(cookies, one.path), found(cookies, two.path)]).toEqual(['one', 'two'])
    expect(two.path).not.toContain('two')
    expect(found(sent(forgetLinks(cookies, first, 'one')), two.path), 'after the other is done').toBe('two')
  })

  it('one link has the page’s bare address, and opening it again changes nothing', () => {
    const [page = ''] = LINK_PAGES
    const one = keepLink(null, page, 'one')
    expect(one.path).toBe(page)
    expect(keepLink(sent(one.cookie), page, 'one')).toEqual(one)
  })

  it('twenty links leave a cookie of bounded size, in which the first of each page and the newest count', () => {
    const [page = '', other = ''] = LINK_PAGES
    let cookies = sent(keepLink(null, other, 'o'.repeat(128)).cookie)
    const paths: string[] = []
    for (let index = 0; index < 20; index++) {
      const link = keepLink(cookies, page, String(index).padStart(128, 'x'))
      cookies = sent(link.cookie)
      paths.push(link.path)
    }
    expect(cookies.length).toBeLessThan(2000)
    expect([found(cookies, other), found(cookies, paths[0] ?? ''), found(cookies, paths[19] ?? '')]).toEqual([
      'o'.repeat(128),
      '0'.padStart(128, 'x'),
      '19'.padStart(128, 'x'),
    ])
  })

  it.each(['latchkey_link=%E0%A4%A', 'latchkey_link=', 'latchkey_link=/a:b;latchkey_link=/a:c', 'latchkey_link=|:|:/|/x'])(
    'a cookie in another format holds no link: %s',
    (cookies) => {
      for (const page of [...LINK_PAGES, '', '/x']) expect(readLinkToken(cookies, page, undefined)).toBeNull()
    },
  )
})
