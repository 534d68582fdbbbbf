/** HTML written without React: for emails, for plain pages that need nothing else to load, and for what is rendered once and sent many times. */
import { settings } from './settings.ts'

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** A text as content, or as the value of an attribute in quotes. */
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] as string)

/** Markup that html`` made; nothing else is put into markup unescaped. */
export class Markup {
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  toString(): string {
    return this.#text
  }
}

type Value = string | number | null | false | Markup | readonly Value[]

const markupOf = (value: Value): string => {
  if (value === null || value === false) return ''
  if (value instanceof Markup) return String(value)
  return typeof value === 'object' ? value.map(markupOf).join('') : escapeHtml(String(value))
}

/** Markup with values in it, which are escaped; lists are joined, null and false are left out. Attributes need their quotes. */
export const html = (markup: TemplateStringsArray, ...values: Value[]): Markup =>
  new Markup(String.raw({ raw: markup.map((part) => part.replaceAll(/\n\s*/g, '')) }, ...values.map(markupOf)))

/** The page's content security policy: it has its few styles inline and nothing else. */
export const PLAIN_PAGE_POLICY =
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

/** @param main what follows the title, as HTML */
export function plainPage(title: string, main: string, head = ''): string {
  const app = escapeHtml(settings().APP_NAME)
  return `<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – ${app}</title><style>${STYLE}</style>${head}</head>
<body><header>${MARK}${app}</header><main><h1>${escapeHtml(title)}</h1>${main}</main></body></html>
`
}

/** A page that leads to another site by itself, with a link for browsers that do not follow. @param name of the site */
export const leavePage = (url: URL, name: string): string =>
  plainPage(
    `Continue to ${name}`,
    `<p><a href="${escapeHtml(url.href)}" rel="noreferrer">Continue to ${escapeHtml(name)}</a></p>`,
    `<meta http-equiv="refresh" content="0; url=${escapeHtml(url.href)}">`,
  )
