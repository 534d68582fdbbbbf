/** Behind a shared cache, no one gets a response made for another user (WB-5, U5). */
import { PASSWORD, signUp, unique } from '../../lib/http/testing/accounts.ts'
import { HTML, logInByForm, postForm } from '../../lib/http/testing/cookies.ts'
import { type Answer, send } from '../../lib/http/testing/send.ts'
import { addressOf, builtRoutes, protectedPages } from '../built-routes.ts'
import { type Call, expect, test } from '../fixtures.ts'
import { hasNginx, startSharedCache } from '../nginx.ts'

const NGINX = hasNginx()
if (!NGINX) console.log('nginx not installed: the tests behind a shared cache did not run')

/** What makes a careless cache believe that a page is a file. */
const deceptions = (page: string) =>
  ['/x.css', '/x.js', '/.css', ';.js', ';x.css', '%0a.css', '%00.css', '%3fx.css', '%23x.css', '.css', '/..%2fx.css', '?x.css'].map(
    (end) => page + end,
  )

/** A file, and the public keys, which are to be kept. */
const IS_PUBLIC = /\.svg$|\/jwks\.json$/

const wasKept = ({ headers }: Answer) => headers['x-cache'] === 'HIT'

test.skip(!NGINX, 'nginx is not installed')

test('U5, WB-5: what A loads through a shared cache neither B nor a stranger is shown, and no cookie is kept', async ({ server }) => {
  test.setTimeout(600_000)
  const cache = await startSharedCache(server.url)
  try {
    const call: Call = (path, options) => send(cache.url, path, options)
    const direct: Call = (path, options) => send(server.url, path, options)
    const names = { a: `Alice ${unique()}`, b: `Bob ${unique()}` }
    const [a, b] = [await signUp(direct, { name: names.a }), await signUp(direct, { name: names.b })]
    const [cookieA, cookieB] = [await logInByForm(direct, a), await logInByForm(direct, b)]
    const { pages, routes } = await builtRoutes()
    const paths = [
      ...pages.map(addressOf),
      ...routes.filter((route) => !IS_PUBLIC.test(route)).map((route) => `${addressOf(route)}/`),
      ...(await protectedPages()).flatMap(deceptions),
      ...deceptions('/api/accounts/me'),
      ...deceptions('/api/accounts/me/'),
      '/verify-email?token=abc',
      '/nowhere',
      '/nowhere.css',
      '//x',
      '/%64ashboard',
    ]
    const seenByA: string[] = []
    for (const path of paths) {
      for (const variant of [{ accept: HTML }, { rsc: '1' }, { accept: 'application/json' }]) {
        const load = (more: Record<string, string>) => call(path, { headers: { ...variant, ...more } as Record<string, string> })
        const first = await load({ cookie: cookieA })
        if (first.text.includes(names.a) || first.text.includes(a.email)) seenByA.push(path)
        for (const [who, headers] of [
          ['B', { cookie: cookieB }],
          ['a stranger', {}],
        ] as const) {
          const answer = await load(headers)
          const what = `${path} ${JSON.stringify(variant)} for ${who}`
          const others = [names.a, a.email, ...(who === 'a stranger' ? [names.b, b.email] : [])]
          expect
            .soft(
              others.filter((text) => answer.text.includes(text)),
              what,
            )
            .toEqual([])
          expect.soft(wasKept(answer), what).toBe(false)
        }
      }
    }
    expect(seenByA).toEqual(expect.arrayContaining(['/dashboard', '/settings/profile', '/api/accounts/me/']))
    const login = await postForm(call, '/api/accounts/login/', { email: a.email, password: PASSWORD })
    expect([login.status, wasKept(login)]).toEqual([303, false])
  } finally {
    await cache.stop()
  }
})

test('WB-5: static files are kept, with no cookie in them', async ({ server }) => {
  const cache = await startSharedCache(server.url)
  try {
    const call: Call = (path, options) => send(cache.url, path, options)
    const page = await call('/login', { headers: { accept: HTML } })
    const files = [...page.text.matchAll(/"(\/_next\/static\/[^"]+\.(?:js|css|woff2))"/g)].map((match) => match[1] as string)
    expect(files.length).toBeGreaterThan(1)
    for (const file of new Set(files)) {
      const [first, second] = [await call(file, { headers: { cookie: 'a=b' } }), await call(file)]
      expect.soft([first.headers['x-cache'], second.headers['x-cache']], file).toEqual(['MISS', 'HIT'])
      expect.soft([first.cookies, second.cookies], file).toEqual([[], []])
    }
  } finally {
    await cache.stop()
  }
})
