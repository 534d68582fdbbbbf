/** The page a form's post ends on when it cannot go back to the form: plain HTML that needs nothing else to load. */
import { lookUp } from '../fields/look-up.ts'
import { escapeHtml } from '../html.ts'
import { settings } from '../settings.ts'
import { ADMIN_PAGE } from '../web/routes.ts'

interface Words {
  title: string
  text: string
}

function wordsFor(status: number, code: string | undefined, email: string | null, reads: boolean): Words {
  const saved = reads ? '' : 'Nothing was saved. '
  if (code === 'not_staff') {
    return {
      title: 'This page is for staff',
      text: `You are authenticated as ${email}, but are not authorized to access this page. Would you like to login to a different account?`,
    }
  }
  if (code === 'csrf_failed') {
    return {
      title: 'This page expired',
      text: 'We couldn’t verify this request, so nothing was changed. Open the page again and try once more.',
    }
  }
  if (code === 'other_account') {
    return {
      title: `You are signed in as ${email} now`,
      text: 'The form was opened by another account, so nothing was changed. Go back to the page to continue with this account, or sign in to the other one again.',
    }
  }
  if (status === 403)
    return { title: 'You do not have permission', text: 'Nothing was changed. Ask an administrator if you need to do this.' }
  if (status === 404)
    return { title: 'Page not found', text: 'Perhaps it was deleted. If you typed the address, check that it is correct.' }
  if (status === 413) return { title: 'That was too much to send', text: 'Nothing was saved. Shorten what you entered and try again.' }
  if (status === 503) return { title: 'The service is not available', text: `${saved}Try again in a few seconds.` }
  if (status >= 500) return { title: 'Sorry, there is a problem with the service', text: `${saved}Try again later.` }
  return { title: 'That could not be read', text: 'Nothing was changed. Go back to the page and try again.' }
}

/** The page's content security policy: it has its few styles inline and nothing else. */
export const ERROR_PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** The pages' colors (app/styles/tokens.css), written out because nothing else can be counted on here. */
const STYLE = `
:root { color-scheme: light dark; font: 1.0625rem/1.55 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; box-sizing: border-box; padding: 1.5rem clamp(1.25rem, 4vw, 4rem); display: flex; flex-direction: column; color: light-dark(#14201b, #e9f0ea); background: light-dark(#f7f9f6, #0f1513) }
header { display: flex; align-items: center; gap: .625rem; font-size: 1.25rem; font-weight: 700 }
main { max-width: 36rem; margin: auto 0; padding-block: 3rem }
h1 { font-size: clamp(2rem, 1.4rem + 2.4vw, 3.125rem); line-height: 1.06; letter-spacing: -.015em; margin: 0 0 1rem; text-wrap: balance; overflow-wrap: anywhere }
a { color: light-dark(#0d6146, #82d9b4); text-underline-offset: .2em } small { color: light-dark(#4d5b54, #a7b5ac); overflow-wrap: anywhere }
a:focus-visible { outline: 3px solid currentColor; outline-offset: 3px }
.arch { fill: light-dark(#0d6146, #82d9b4) } .hole { fill: light-dark(#f7f9f6, #0f1513) }`

const MARK = `<svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true"><path class="arch" d="M5 30V13a11 11 0 0 1 22 0v17Z"/><path class="hole" d="M16 10.5a3.6 3.6 0 0 1 1.9 6.66L19.2 24h-6.4l1.3-6.84A3.6 3.6 0 0 1 16 10.5Z"/></svg>`

const FRONTS: Record<string, string> = { '/': 'Go to the home page', [ADMIN_PAGE]: 'Go to the admin area' }

/**
 * @param status the response's status
 * @param code the error's stable code, if it has one
 * @param requestId shown for the person to quote
 * @param back path of the page that holds the form; the home page where there is nothing to go back to, the admin area's
 * front for staff there, and its login page for others
 * @param email of the signed-in user, if the page or form is not theirs
 * @param reads whether the page was only looked at, so that nothing was to be saved
 */
export function errorPage(
  status: number,
  code: string | undefined,
  requestId: string,
  back: string,
  email: string | null = null,
  reads = false,
): string {
  const { title, text } = wordsFor(status, code, email, reads)
  const label = code === 'not_staff' ? 'Log in to a different account' : (lookUp(FRONTS, back) ?? 'Back to the page')
  const links = [[back, label], ...(back === ADMIN_PAGE ? [['/', FRONTS['/']]] : [])].map(
    ([href = '', text]) => `<a href="${escapeHtml(href)}">${text}</a>`,
  )
  const app = escapeHtml(settings().APP_NAME)
  return `<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – ${app}</title><style>${STYLE}</style></head>
<body><header>${MARK}${app}</header><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p><p>${links.join(' · ')}</p>
<p><small>Reference: ${escapeHtml(requestId)}</small></p></main></body></html>
`
}
