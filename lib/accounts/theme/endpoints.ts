import * as z from 'zod/mini'
import { isTheme, THEMES, text } from '../../fields/text.ts'
import { endpoint, type Result } from '../../http/endpoint.ts'
import { themeCookie } from '../../web/cookies.ts'
import { REAUTHENTICATE_PAGE, safeNextPath } from '../../web/routes.ts'

/** What choosing a theme takes: the choice, and the page on which it was made. */
const themeSchema = z.object({
  theme: text({ label: 'Theme', check: (value) => (isTheme(value) ? [] : ['invalid']) }),
  page: text({ label: 'Page', maxLength: 4096 }),
})

type ThemeInput = z.infer<typeof themeSchema>

export const themeEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/theme/',
    name: 'Theme',
    description: 'Remembers in a cookie whether pages are light, dark or as the system is.',
    operationId: 'chooseTheme',
    summary: 'Choose light or dark pages',
    tag: 'Preferences',
    responses: { 200: z.object({ theme: z.enum(THEMES) }) },
    input: themeSchema,
  },
  policy: { access: 'public', throttle: { policy: 'preferences' } },
  form: { page: '/', success: '/' },
  prepareInput: (data) => ({ page: '/', ...data }),
  run: chooseTheme,
})

/** Remembers the theme in a cookie and goes back to the page. */
async function chooseTheme({ theme, page }: ThemeInput): Promise<Result> {
  return { body: { theme }, redirect: pageToReturnTo(page), ...(isTheme(theme) && { setCookies: [themeCookie(theme)] }) }
}

/** Pages that a login never leads to, but that a person who chooses something there wants to stay on. */
const PAGES_WITH_NEXT = ['/login', '/signup', '/logout', REAUTHENTICATE_PAGE]

/** The page on which something was chosen, as far as it is one of this site. */
function pageToReturnTo(page: string): string {
  const url = new URL('http://base.invalid')
  const [path = '', query = ''] = page.split('?', 2)
  if (!PAGES_WITH_NEXT.includes(path)) return safeNextPath(page) ?? '/'
  const next = safeNextPath(new URLSearchParams(query).get('next'))
  if (next !== null) url.searchParams.set('next', next)
  return path + url.search
}
