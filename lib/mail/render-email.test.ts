import { describe, expect, it } from 'vitest'
import { changeConfirmedNotice } from '../accounts/email-change/emails.ts'
import { addressChangedEmail, passwordSetEmail } from '../admin/models/users/emails.ts'
import { contextAt } from '../http/testing/context.ts'
import { settings } from '../settings.ts'
import { CODE_PLACEHOLDER, type EmailContent, fillPlaceholders, formatDuration, renderEmail, TOKEN_PLACEHOLDER } from './render-email.ts'

const content = (more: Partial<EmailContent> = {}): EmailContent => ({
  subject: 'Subject',
  preheader: 'Preheader',
  heading: 'Heading',
  paragraphs: ['Paragraph.'],
  action: { label: 'Go on', page: '/verify-email', withToken: true },
  code: 'Or enter this code',
  expires: { at: new Date('2026-11-24T14:05:00Z'), after: 1800 },
  details: [['Device', 'Chrome on macOS']],
  closing: 'Closing.',
  ...more,
})

const HOSTILE = [
  'x\r\nBcc: e@e',
  'a\nb',
  'a\u2028b\u2029c',
  '\u202egnp.exe',
  '\0nul\u0007',
  `${TOKEN_PLACEHOLDER}${CODE_PLACEHOLDER}`,
  '\ud800 lone',
]
const everywhere = (value: string) =>
  content({ subject: value, preheader: value, heading: value, paragraphs: [value], details: [['Name', value]], closing: value })

/** Relative luminance and contrast (WCAG 2.2). */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  const [r = 0, g = 0, b = 0] = channels.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

describe('RS-8: what people enter stays what it is', () => {
  it.each(HOSTILE)('%j starts no new line or header, and is no placeholder for a secret', (value) => {
    const { subject, text, html } = renderEmail(everywhere(value))
    expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]/u)
    expect(subject.isWellFormed() && text.isWellFormed() && html.isWellFormed()).toBe(true)
    expect(text).not.toMatch(/^Bcc:/m)
    expect(text.split(TOKEN_PLACEHOLDER)).toHaveLength(2)
    expect(html.split(TOKEN_PLACEHOLDER)).toHaveLength(4)
    expect([text.split(CODE_PLACEHOLDER).length, html.split(CODE_PLACEHOLDER).length]).toEqual([2, 2])
  })

  it.each(['<img src=//e>', '"><script>1</script>', "' onmouseover='x", '</style><b>', '&lt;b&gt;'])('%s is text in HTML', (value) => {
    const { html, text } = renderEmail(everywhere(value))
    expect(html.match(/<[^>]*>/g)).toEqual(renderEmail(everywhere('x')).html.match(/<[^>]*>/g))
    expect(text).toContain(value)
  })

  it('a subject never outgrows its column, nor ends in half a character', () => {
    const { subject } = renderEmail(content({ subject: `${'x'.repeat(254)}🙂🙂` }))
    expect([...subject].length).toBeLessThanOrEqual(255)
    expect(subject.isWellFormed()).toBe(true)
  })
})

describe('an email', () => {
  it('says everything in its text part, too: link, code, expiry, details, sender', () => {
    const { text } = fillPlaceholders(renderEmail(content()), { token: 'TOKEN', code: '123456' })
    for (const part of [
      'Heading',
      'Paragraph.',
      'http://localhost:3000/verify-email?token=TOKEN',
      'Or enter this code: 123456',
      'in 30 minutes, on 24 November 2026 at 14:05 UTC',
      'Device: Chrome on macOS',
      'Closing.',
      'Latchkey\nhttp://localhost:3000',
    ])
      expect(text).toContain(part)
  })

  it('asks no other server for anything: no image, script, font or form', () => {
    const { html } = renderEmail(content())
    expect(html).not.toMatch(/<(img|script|link|iframe|form|object|svg)\b|@import|url\(/i)
    const addresses = [...html.matchAll(/https?:\/\/[^"<\s]+/g)].map(([address]) => new URL(address).origin)
    expect(new Set(addresses)).toEqual(new Set(['http://localhost:3000']))
  })

  it('tells screen readers its language and title, and stays below the 102 KB at which mail programs cut', () => {
    const { html } = renderEmail(content({ paragraphs: Array(20).fill('A long paragraph. '.repeat(20)) }))
    expect(html).toMatch(/^<!doctype html>\n<html lang="en" dir="ltr">/)
    expect(html).toContain('<title>Subject</title>')
    expect(Buffer.byteLength(html)).toBeLessThan(100_000)
  })

  it('has readable colours in light and in dark: 4.5:1 everywhere (WCAG 1.4.3)', () => {
    const { html } = renderEmail(content())
    const colour = (isDark: boolean, part: string, property: string): string => {
      const light = new RegExp(`class="${part}" style="([^"]*)"`).exec(html)?.[1]
      const dark = new RegExp(`\\.${part}\\{([^}]*)\\}`).exec(html)?.[1]
      const found = [isDark ? dark : '', light].map((css) => new RegExp(`(?:^|;)${property}:(#[0-9a-f]{6})`).exec(css ?? '')?.[1])
      return found.find(Boolean) ?? `no ${property} of ${part}`
    }
    for (const isDark of [false, true]) {
      const [ground, card] = [colour(isDark, 'ground', 'background'), colour(isDark, 'card', 'background')]
      const on = (part: string) => [ground, card].map((behind): [string, string] => [colour(isDark, part, 'color'), behind])
      const button: [string, string] = [colour(isDark, 'button', 'color'), colour(isDark, 'button', 'background')]
      for (const [one, other] of [...on('ground'), ...on('small'), ...on('label'), ...on('link'), button])
        expect([isDark, one, other, contrast(one, other) >= 4.5]).toEqual([isDark, one, other, true])
    }
  })

  it('looks the same where its style block is dropped', () => {
    const { html } = renderEmail(content())
    const [, body = ''] = html.split('<body')
    const bare = [...`<body${body}`.matchAll(/<(\w+)(?![^>]*\sstyle=")[^>]*>/g)].map(([, tag]) => tag)
    expect(bare.filter((tag) => tag !== 'br')).toEqual([])
    expect(body).toMatch(/<a class="button" style="[^"]*padding:[^"]*background:#[^"]*color:#[^"]*" href=/)
    // Colours of a dark mode are all that the block says.
    const block = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? ''
    expect(block).toMatch(/^:root\{[^}]*\}@media \(prefers-color-scheme:dark\)\{(\.\w+\{[^}]*!important\})+\}$/)
  })

  it('leaves out what it has not: without an action there is no link, without a code none', () => {
    const { action: _action, code: _code, expires: _expires, details: _facts, ...bare } = content()
    const { text, html } = renderEmail(bare)
    expect(text + html).not.toMatch(/token|\ue000|\ue001|undefined/)
  })
})

it('durations are said in the largest unit that fits', () => {
  expect([60, 1800, 3600, 5400, 86_400, 259_200].map(formatDuration)).toEqual([
    '1 minute',
    '30 minutes',
    '1 hour',
    '90 minutes',
    '1 day',
    '3 days',
  ])
})

it.each([
  ['contact the people who run the service', undefined],
  ['reply to this email', 'help@example.com'],
])('emails say to %s where answers to them go to %s', (words, MAIL_REPLY_TO) => {
  const former = { ...settings() }
  Object.assign(settings(), { MAIL_REPLY_TO })
  const messages = [changeConfirmedNotice(contextAt(new Date())), passwordSetEmail(true, ''), addressChangedEmail('new@example.com')]
  Object.assign(settings(), former)
  for (const { closing } of messages) expect(closing).toContain(words)
})
