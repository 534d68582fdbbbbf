/** The one template of all letters: from what is to be said to a subject, a text part and an HTML part. */
import { truncate } from '../fields/text.ts'
import { escapeHtml } from '../html.ts'
import { settings } from '../settings.ts'

/** Stand for the link's token and the code until the letter is sent; private-use characters, which no content keeps. */
export const TOKEN_MARK = '\ue000'
export const CODE_MARK = '\ue001'
/** Longest subject kept, in characters. */
const SUBJECT_LENGTH = 255
const MARKS = /[\ue000\ue001]/g

export interface LetterContent {
  subject: string
  /** What mail programs show beside the subject; 90 characters or fewer. */
  preheader: string
  heading: string
  paragraphs: string[]
  /** A page of this site; `withToken` adds the one-time token. */
  action?: { label: string; page: string; withToken?: boolean }
  /** Says what the six digits are for. */
  code?: string
  /** When link and code stop working. */
  expires?: { at: Date /** seconds */; after: number }
  /** Place, device and time of the request, as label and value. */
  facts?: [label: string, value: string][]
  /** What to do when it was not the reader. */
  closing: string
}

export interface Letter {
  subject: string
  text: string
  html: string
}

/** A value of somebody else's on one line: no control character, no direction mark, no mark of ours. */
const oneLine = (value: string) =>
  value
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replaceAll(MARKS, '')
    .trim()

/** `30 minutes`, `1 hour`, `3 days`. @param seconds a duration */
export function durationWords(seconds: number): string {
  const units: [number, string][] = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ]
  const [size, unit] = units.find(([size]) => seconds >= size && (seconds % size === 0 || seconds >= 3 * size)) ?? [1, 'second']
  const count = Math.round(seconds / size)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** Where a reader turns who did not expect a letter. An answer is read only where MAIL_REPLY_TO says who reads it. */
export const helpWords = () => (settings().MAIL_REPLY_TO === undefined ? 'ask the people who run the service' : 'reply to this email')

/** `24 November 2026 at 14:05 UTC`. */
export const timeWords = (date: Date) =>
  `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(date)} at ${date.toISOString().slice(11, 16)} UTC`

/** The address of a page for a letter: its origin is APP_URL's, whatever any request says (RS-3). */
const addressOf = ({ page, withToken }: NonNullable<LetterContent['action']>) =>
  `${settings().APP_URL.origin}${page}${withToken ? `?token=${TOKEN_MARK}` : ''}`

const expiryWords = ({ at, after }: NonNullable<LetterContent['expires']>) =>
  `This works for ${durationWords(after)}, until ${timeWords(at)}, and only once.`

/** Writes a letter. Whatever comes from people is kept to its line and escaped (ASVS 1.3.11). */
export function writeLetter(content: LetterContent): Letter {
  const clean: LetterContent = {
    ...content,
    subject: oneLine(content.subject),
    preheader: oneLine(content.preheader),
    heading: oneLine(content.heading),
    paragraphs: content.paragraphs.map(oneLine),
    facts: (content.facts ?? []).map(([label, value]) => [label, oneLine(value)]),
    closing: oneLine(content.closing),
  }
  return { subject: truncate(clean.subject, SUBJECT_LENGTH), text: textPart(clean), html: htmlPart(clean) }
}

function textPart({ heading, paragraphs, action, code, expires, facts = [], closing }: LetterContent): string {
  const { APP_NAME, APP_URL } = settings()
  const blocks = [
    heading,
    ...paragraphs,
    ...(action ? [`${action.label}:\n${addressOf(action)}`] : []),
    ...(code ? [`${code}: ${CODE_MARK}`] : []),
    ...(expires ? [expiryWords(expires)] : []),
    ...(facts.length > 0 ? [facts.map(([label, value]) => `${label}: ${value}`).join('\n')] : []),
    closing,
    `${oneLine(APP_NAME)}\n${APP_URL.origin}`,
  ]
  return `${blocks.join('\n\n')}\n`
}

const STYLE = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0;padding:0;background:#eef2ee;color:#16211d;font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.sheet{max-width:34rem;margin:0 auto;padding:32px 16px}
.card{background:#ffffff;border:1px solid #d5ddd7;border-radius:14px;padding:28px}
h1{font-size:22px;line-height:1.3;margin:0 0 16px}
p{margin:0 0 16px}
.brand{font-weight:700;margin:0 0 16px}
.button{display:inline-block;min-height:44px;line-height:44px;padding:0 22px;border-radius:10px;background:#14614a;color:#ffffff;font-weight:650;text-decoration:none}
.small{font-size:14px;color:#46554e;overflow-wrap:anywhere}
.small a{color:#14614a}
.code{font:600 30px/1.3 ui-monospace,Menlo,Consolas,monospace;letter-spacing:0;margin:0 0 16px}
dl{margin:0 0 16px;font-size:14px}dt{color:#46554e}dd{margin:0 0 8px}
@media (prefers-color-scheme:dark){body{background:#0f1513;color:#e7eeea}.card{background:#18211d;border-color:#33403a}.button{background:#7ad3b0;color:#0b1f17}.small,dt{color:#b2c0b9}.small a{color:#7ad3b0}}`

function htmlPart({ subject, preheader, heading, paragraphs, action, code, expires, facts = [], closing }: LetterContent): string {
  const { APP_NAME, APP_URL } = settings()
  const name = escapeHtml(oneLine(APP_NAME))
  const paragraph = (text: string, kind = '') => `<p${kind && ` class="${kind}"`}>${escapeHtml(text)}</p>`
  const address = action && escapeHtml(addressOf(action))
  const body = [
    `<h1>${escapeHtml(heading)}</h1>`,
    ...paragraphs.map((text) => paragraph(text)),
    ...(action ? [`<p><a class="button" href="${address}">${escapeHtml(action.label)}</a></p>`] : []),
    ...(action
      ? [
          `<p class="small">The button leads to ${escapeHtml(APP_URL.host)}. Or copy this address:<br><a href="${address}">${address}</a></p>`,
        ]
      : []),
    ...(code ? [`<p>${escapeHtml(code)}:</p><p class="code">${CODE_MARK}</p>`] : []),
    ...(expires ? [paragraph(expiryWords(expires))] : []),
    ...(facts.length > 0
      ? [`<dl>${facts.map(([label, value]) => `<dt>${escapeHtml(label)}</dt><dd dir="auto">${escapeHtml(value)}</dd>`).join('')}</dl>`]
      : []),
    paragraph(closing, 'small'),
  ]
  return `<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title><style>${STYLE}</style></head>
<body><div style="display:none;max-height:0;overflow:hidden">${escapeHtml(preheader)}</div>
<div class="sheet"><p class="brand">${name}</p><main class="card">
${body.join('\n')}
</main><p class="small" style="margin-top:16px">Sent by ${name}, <a href="${APP_URL.origin}">${escapeHtml(APP_URL.host)}</a></p></div></body></html>
`
}

/** Puts token and code where the letter has their marks. */
export function fillSecrets({ text, html }: Pick<Letter, 'text' | 'html'>, secrets: { token: string; code: string } | null) {
  const fill = (part: string) => part.replaceAll(TOKEN_MARK, secrets?.token ?? '').replaceAll(CODE_MARK, secrets?.code ?? '')
  return { text: fill(text), html: fill(html) }
}
