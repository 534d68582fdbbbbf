/** For tests: a browser without JavaScript in front of serve(): it posts forms, keeps cookies and follows nothing. */
import { readFlash } from '../flash.ts'

interface Handlers {
  POST(request: Request): Promise<Response>
}

export interface Browser {
  /** What it would send as its Cookie header; null for none. */
  cookies(): string | null
  /** Stores what a response sets. */
  receive(response: Pick<Response, 'headers'>): void
  /** Posts a form. @returns where the response leads; the flash is in the cookies */
  post(handlers: Handlers, path: string, form: Record<string, string>): Promise<Response>
  /** The flash that waits for the next page. */
  flash(): ReturnType<typeof readFlash>
}

export function newBrowser(): Browser {
  const jar = new Map<string, string>()
  const cookies = () => (jar.size === 0 ? null : [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
  const receive: Browser['receive'] = ({ headers }) => {
    for (const header of headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
  }
  return {
    cookies,
    receive,
    flash: () => readFlash(cookies()),
    async post(handlers, path, form) {
      const headers = new Headers({
        accept: 'text/html',
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
      })
      const cookie = cookies()
      if (cookie !== null) headers.set('cookie', cookie)
      const url = `http://localhost${path}`
      const response = await handlers.POST(new Request(url, { method: 'POST', headers, body: new URLSearchParams(form).toString() }))
      receive(response)
      return response
    },
  }
}
