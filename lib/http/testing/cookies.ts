/** A browser's cookies and forms, without a browser. */
import { type Account, PASSWORD, type Person } from './accounts.ts'
import type { Answer, Call } from './send.ts'

export const HTML = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

/** What a browser sends with a form of this very site. */
export const formHeaders = { accept: HTML, 'sec-fetch-site': 'same-origin' }

export interface SetCookie {
  name: string
  value: string
  /** In lower case, with their values; `true` for flags. */
  attributes: Record<string, string | true>
}

export function parseSetCookie(header: string): SetCookie {
  const [pair = '', ...rest] = header.split(';').map((part) => part.trim())
  const equals = pair.indexOf('=')
  const attributes = rest.map((part): [string, string | true] => {
    const [name = '', value] = part.split('=')
    return [name.toLowerCase(), value ?? true]
  })
  return { name: pair.slice(0, equals), value: pair.slice(equals + 1), attributes: Object.fromEntries(attributes) }
}

/** The session cookie that an answer sets; undefined when it sets none. */
export const sessionCookieOf = (answer: Answer): SetCookie | undefined =>
  answer.cookies.map(parseSetCookie).find(({ name }) => /^(__Host-)?latchkey$/.test(name))

/** A Cookie header with this answer's session. @throws when it holds none */
export function cookieOf(answer: Answer): string {
  const cookie = sessionCookieOf(answer)
  if (!cookie || cookie.value === '') throw new Error(`no session in ${answer.status} ${answer.cookies.join('; ')}`)
  return `${cookie.name}=${cookie.value}`
}

/** Posts a form as a browser does. */
export const postForm = (call: Call, path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  call(path, { form, headers: { ...formHeaders, ...headers } })

/** Logs in by the form. @returns the Cookie header of the new session */
export async function logInByForm(call: Call, { email, password = PASSWORD }: Pick<Account, 'email'> & Partial<Person>): Promise<string> {
  return cookieOf(await postForm(call, '/api/accounts/login/', { email, password }))
}

export const logOutByForm = (call: Call, cookie: string) => postForm(call, '/api/accounts/logout/', {}, { cookie })

/** Opens a page as a browser does. */
export const openPage = (call: Call, path: string, cookie?: string, headers: Record<string, string> = {}) =>
  call(path, { headers: { accept: HTML, ...(cookie === undefined ? {} : { cookie }), ...headers } })

export const me = (call: Call, cookie: string) => call('/api/accounts/me/', { headers: { cookie } })
