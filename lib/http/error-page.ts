/** The page a form's post ends on when it cannot go back to the form: plain HTML that needs nothing else to load. */
import { settings } from '../settings.ts'

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

interface Words {
  title: string
  text: string
}

function wordsFor(status: number, code: string | undefined): Words {
  if (code === 'csrf_failed') {
    return {
      title: 'This page expired',
      text: 'The form was not sent from this site, so nothing was changed. Open the page again and try once more.',
    }
  }
  if (status === 413) return { title: 'That was too much to send', text: 'Nothing was saved. Shorten what you entered and try again.' }
  if (status === 503) return { title: 'The service is not available', text: 'Nothing was saved. Try again in a few seconds.' }
  if (status >= 500) return { title: 'Sorry, there is a problem with the service', text: 'Nothing was saved. Try again later.' }
  return { title: 'That could not be read', text: 'Nothing was changed. Go back to the page and try again.' }
}

const STYLE = `
:root { color-scheme: light dark; font: 1.0625rem/1.6 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; padding: 1.5rem; color: light-dark(#1c1b22, #ecebf2); background: light-dark(#f7f6f3, #131217) }
main { max-width: 34rem } h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .75rem }
a { color: light-dark(#4a35c7, #b3a6ff) } small { color: light-dark(#5d5b66, #a5a2b3) }
a:focus-visible { outline: 3px solid currentColor; outline-offset: 3px }`

/**
 * @param status the response's status
 * @param code the error's stable code, if it has one
 * @param requestId shown for the person to quote
 * @param back path of the page that holds the form
 */
export function errorPage(status: number, code: string | undefined, requestId: string, back: string): string {
  const { title, text } = wordsFor(status, code)
  const app = escapeHtml(settings().APP_NAME)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – ${app}</title><style>${STYLE}</style></head>
<body><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p><p><a href="${escapeHtml(back)}">Back to the page</a></p>
<p><small>Reference: ${escapeHtml(requestId)}</small></p></main></body></html>
`
}
