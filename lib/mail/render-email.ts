/** The one template of all emails: from what is to be said to a subject, a text part and an HTML part. */
import { type AuditSource, describeDevice } from '../audit/audit.ts'
import { truncate } from '../fields/text.ts'
import { escapeHtml } from '../html.ts'
import { settings } from '../settings.ts'

/** Placeholders for the link's token and the code until the email is sent: private-use characters, which are removed from all content. */
export const TOKEN_PLACEHOLDER = '\ue000'
export const CODE_PLACEHOLDER = '\ue001'
/** Longest subject kept, in characters. */
const SUBJECT_LENGTH = 255
const PLACEHOLDERS = /[\ue000\ue001]/g

export interface EmailContent {
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
  details?: [label: string, value: string][]
  /** What to do when it was not the reader. */
  closing: string
}

export interface RenderedEmail {
  subject: string
  text: string
  html: string
}

/** A user-supplied value on one line, without control characters, direction marks and placeholders. */
const oneLine = (value: string) =>
  value
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replaceAll(PLACEHOLDERS, '')
    .trim()

/** When an emailed link stops working. @param lifetime in seconds */
export const linkExpiry = (now: Date, lifetime: number) => ({ at: new Date(now.getTime() + lifetime * 1000), after: lifetime })

/** `30 minutes`, `1 hour`, `3 days`. @param seconds a duration */
export function formatDuration(seconds: number): string {
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

/** Where a reader turns who did not expect an email. An answer is read only where MAIL_REPLY_TO says who reads it. */
export const contactHint = () => (settings().MAIL_REPLY_TO === undefined ? 'contact the people who run the service' : 'reply to this email')

/** `24 November 2026 at 14:05 UTC`. */
export const formatDateTime = (date: Date) =>
  `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(date)} at ${date.toISOString().slice(11, 16)} UTC`

/** When and from where a request came, for an email: time, IP address, and the device that the client claims to be. */
export const requestDetails = ({ now, clientIp, userAgent }: AuditSource): NonNullable<EmailContent['details']> => [
  ['Time', formatDateTime(now)],
  ['Address', clientIp ?? 'Not known'],
  ['Device', describeDevice(userAgent)],
]

/** The URL of a page for an email. Its origin is always APP_URL's, never the request's (RS-3). */
const urlOf = ({ page, withToken }: NonNullable<EmailContent['action']>) =>
  `${settings().APP_URL.origin}${page}${withToken ? `?token=${TOKEN_PLACEHOLDER}` : ''}`

const expiryText = ({ at, after }: NonNullable<EmailContent['expires']>, action: EmailContent['action']) =>
  `This ${action?.withToken ? 'link' : 'code'} expires in ${formatDuration(after)}, on ${formatDateTime(at)}, and can be used once.`

/** Renders an email. User-supplied values are single-lined and HTML-escaped (ASVS 1.3.11). */
export function renderEmail(content: EmailContent): RenderedEmail {
  const clean: EmailContent = {
    ...content,
    subject: oneLine(content.subject),
    preheader: oneLine(content.preheader),
    heading: oneLine(content.heading),
    paragraphs: content.paragraphs.map(oneLine),
    details: (content.details ?? []).map(([label, value]) => [label, oneLine(value)]),
    closing: oneLine(content.closing),
  }
  return { subject: truncate(clean.subject, SUBJECT_LENGTH), text: textPart(clean), html: htmlPart(clean) }
}

function textPart({ heading, paragraphs, action, code, expires, details = [], closing }: EmailContent): string {
  const { APP_NAME, APP_URL } = settings()
  const blocks = [
    heading,
    ...paragraphs,
    ...(action ? [`${action.label}:\n${urlOf(action)}`] : []),
    ...(code ? [`${code}: ${CODE_PLACEHOLDER}`] : []),
    ...(expires ? [expiryText(expires, action)] : []),
    ...(details.length > 0 ? [details.map(([label, value]) => `${label}: ${value}`).join('\n')] : []),
    closing,
    `${oneLine(APP_NAME)}\n${APP_URL.origin}`,
  ]
  return `${blocks.join('\n\n')}\n`
}

/**
 * How each part looks, in its own style attribute: Outlook, forwarded emails and some accounts in Gmail's app drop the style
 * block, which is left with what an attribute cannot say, the colours of a dark mode.
 */
const LOOKS = {
  ground: "margin:0;padding:0;background:#eef2ee;color:#16211d;font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif",
  preheader: 'display:none;max-height:0;overflow:hidden',
  sheet: 'max-width:34rem;margin:0 auto;padding:32px 16px',
  card: 'background:#ffffff;border:1px solid #d5ddd7;border-radius:14px;padding:28px',
  brand: 'margin:0 0 16px;font-weight:700',
  heading: 'margin:0 0 16px;font-size:22px;line-height:1.3;font-weight:700',
  text: 'margin:0 0 16px',
  button:
    'display:inline-block;padding:12px 22px;border-radius:10px;background:#14614a;color:#ffffff;line-height:20px;font-weight:650;text-decoration:none',
  small: 'margin:0 0 16px;font-size:14px;color:#46554e;overflow-wrap:anywhere',
  link: 'color:#14614a',
  code: 'margin:0 0 16px;font:600 30px/1.3 ui-monospace,Menlo,Consolas,monospace',
  details: 'margin:0 0 16px;font-size:14px',
  label: 'color:#46554e',
  value: 'margin:0 0 8px',
} as const

/** Told apart from the attributes, which would win without `!important`. */
const DARK: Partial<Record<keyof typeof LOOKS, string>> = {
  ground: 'background:#0f1513;color:#e7eeea',
  card: 'background:#18211d;border-color:#33403a',
  button: 'background:#7ad3b0;color:#0b1f17',
  small: 'color:#b2c0b9',
  label: 'color:#b2c0b9',
  link: 'color:#7ad3b0',
}

const darkRules = Object.entries(DARK).map(([part, rule]) => `.${part}{${rule.replaceAll(/(?=;|$)/g, '!important')}}`)
const STYLE = `:root{color-scheme:light dark;supported-color-schemes:light dark}@media (prefers-color-scheme:dark){${darkRules.join('')}}`

const look = (part: keyof typeof LOOKS) => `class="${part}" style="${LOOKS[part]}"`

function htmlPart({ subject, preheader, heading, paragraphs, action, code, expires, details = [], closing }: EmailContent): string {
  const { APP_NAME, APP_URL } = settings()
  const name = escapeHtml(oneLine(APP_NAME))
  const host = escapeHtml(APP_URL.host)
  const paragraph = (text: string, part: 'text' | 'small' = 'text') => `<p ${look(part)}>${escapeHtml(text)}</p>`
  const address = action && escapeHtml(urlOf(action))
  const fact = ([label, value]: [string, string]) =>
    `<dt ${look('label')}>${escapeHtml(label)}</dt><dd dir="auto" ${look('value')}>${escapeHtml(value)}</dd>`
  const body = [
    `<h1 ${look('heading')}>${escapeHtml(heading)}</h1>`,
    ...paragraphs.map((text) => paragraph(text)),
    ...(action
      ? [
          `<p ${look('text')}><a ${look('button')} href="${address}">${escapeHtml(action.label)}</a></p>`,
          `<p ${look('small')}>Or copy this link into your browser:<br><a ${look('link')} href="${address}">${address}</a></p>`,
        ]
      : []),
    ...(code ? [paragraph(`${code}:`), `<p ${look('code')}>${CODE_PLACEHOLDER}</p>`] : []),
    ...(expires ? [paragraph(expiryText(expires, action))] : []),
    ...(details.length > 0 ? [`<dl ${look('details')}>${details.map(fact).join('')}</dl>`] : []),
    paragraph(closing, 'small'),
  ]
  return `<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title><style>${STYLE}</style></head>
<body ${look('ground')}><div ${look('preheader')}>${escapeHtml(preheader)}</div>
<div ${look('ground')}><div ${look('sheet')}><p ${look('brand')}>${name}</p><div role="main" ${look('card')}>
${body.join('\n')}
</div><p ${look('small')}><br>Sent by ${name}, <a ${look('link')} href="${APP_URL.origin}">${host}</a></p></div></div></body></html>
`
}

/** Puts token and code where the email has their marks. */
export function fillPlaceholders({ text, html }: Pick<RenderedEmail, 'text' | 'html'>, secrets: { token: string; code: string } | null) {
  const fill = (part: string) => part.replaceAll(TOKEN_PLACEHOLDER, secrets?.token ?? '').replaceAll(CODE_PLACEHOLDER, secrets?.code ?? '')
  return { text: fill(text), html: fill(html) }
}
