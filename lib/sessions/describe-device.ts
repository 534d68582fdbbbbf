/** Devices as people read of them, on pages and in emails. */
import bowser from 'bowser'
import type { AuditSource } from '../audit/audit.ts'
import { type EmailContent, formatDateTime } from '../mail/render-email.ts'

/** API clients by how their User-Agent begins. */
const PROGRAMS: [start: RegExp, name: string][] = [
  [/^curl\//i, 'curl'],
  [/^python-requests\//i, 'Python Requests'],
  [/^python-httpx\//i, 'Python HTTPX'],
  [/^okhttp\//i, 'OkHttp'],
  [/^PostmanRuntime\//i, 'Postman'],
  [/^axios\//i, 'axios'],
  [/^(node|undici)$/i, 'Node.js'],
  [/^Go-http-client\//i, 'Go'],
]

/**
 * What bowser may name: it takes the name of a program that it does not know from the header itself, so only names that are
 * its own pass. Its map lacks the last four.
 */
const BROWSERS = new Set([...Object.values(bowser.BROWSER_MAP), 'Miui', 'Opera Touch', 'PlayStation 4', 'SlimerJS'])
const SYSTEMS = new Set(Object.values(bowser.OS_MAP))

/** Every name that describeDevice() puts together. @internal */
export const DEVICE_NAMES: readonly string[] = ['Unknown device', ...PROGRAMS.map(([, name]) => name), ...BROWSERS, ...SYSTEMS]

/**
 * Names the device of a User-Agent header, like "Chrome on macOS". The header is what the client claims, so the name is shown
 * and never relied on. It stands in emails and on security pages, so none of its words are the client's (RS-8).
 */
export function describeDevice(userAgent: string): string {
  if (userAgent.trim() === '') return 'Unknown device'
  const { browser, os } = bowser.parse(userAgent)
  const known = BROWSERS.has(browser.name ?? '') ? browser.name : undefined
  const program = PROGRAMS.find(([start]) => start.test(userAgent))?.[1] ?? known
  const system = SYSTEMS.has(os.name ?? '') ? os.name : undefined
  if (program && system) return `${program} on ${system}`
  return program ?? system ?? 'Unknown device'
}

/** When and from where a request came, for an email: time, IP address, and the device that the client claims to be. */
export const requestDetails = ({ now, clientIp, userAgent }: AuditSource): NonNullable<EmailContent['details']> => [
  ['Time', formatDateTime(now)],
  ['Address', clientIp ?? 'Not known'],
  ['Device', describeDevice(userAgent)],
]
