import { expect, it } from 'vitest'
import { readSettings } from '../../settings.ts'
import { securityTxt } from './endpoints.ts'

const DAY = 86_400_000

it.each(['2026-01-01T00:00:00Z', '2027-12-31T23:59:59Z', '2028-02-29T12:00:00Z'])(
  'WB-7: at %s the file expires within a year, and not within eleven months',
  (at) => {
    const now = new Date(at)
    const text = securityTxt(['mailto:a@example.com'], 'https://app.example.com', now)
    const days = (Date.parse(/^Expires: (.+)$/m.exec(text)?.[1] ?? '') - now.getTime()) / DAY
    expect(days).toBeGreaterThan(335)
    expect(days).toBeLessThan(365)
  },
)

it('WB-7: it names every contact in order, its own address once, and nothing that RFC 9116 does not know', () => {
  const text = securityTxt(['mailto:a@example.com', 'https://example.com/report'], 'https://app.example.com', new Date(0))
  expect(text.split('\n')).toEqual([
    'Contact: mailto:a@example.com',
    'Contact: https://example.com/report',
    'Expires: 1970-12-31T00:00:00.000Z',
    'Preferred-Languages: en',
    'Canonical: https://app.example.com/.well-known/security.txt',
    '',
  ])
})

const problemsWith = (SECURITY_CONTACT: string) =>
  readSettings({ SECRET_KEY: 'Zm9yLXRoZS11bml0LXRlc3RzLW9ubHktMDEyMzQ1', SECURITY_CONTACT }, false).problems.map(({ id }) => id)

it.each([
  'security@example.com',
  'http://example.com',
  'mailto:',
  'https://',
  'mailto:a@example.com,',
  'mailto:a@b\nExpires: x',
  'javascript:x',
])('%j is no contact', (contact) => {
  expect(problemsWith(contact)).toEqual(['settings.E052'])
})

it.each(['', 'mailto:a@example.com', 'https://example.com/report', 'tel:+1-201-555-0123', 'mailto:a@example.com, https://example.com/r'])(
  '%j is taken',
  (contact) => {
    expect(problemsWith(contact)).toEqual([])
  },
)
