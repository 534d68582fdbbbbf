/** The audit log: who did what to which account, from where. Events are written in the transaction of the change they record. */
import bowser from 'bowser'
import type { Transaction } from '../db/client.ts'
import { truncate } from '../fields/text.ts'
import type { AuditEventName, AuditEvents } from './events.ts'

/** From where something was done. A request's context is one; commands say `command`. */
export interface AuditSource {
  now: Date
  requestId: string
  clientIp: string | null
  userAgent: string
}

export interface AuditEntry<Name extends AuditEventName> {
  outcome?: 'success' | 'failure'
  /** The account that did it; null for an unknown client or the system. */
  actorId: number | null
  /** The account it was done to. */
  subjectId: number | null
  sessionId?: string | null
  /** The log entry of Django's that tells of the same change. */
  logEntryId?: number | null
  detail: AuditEvents[Name]
}

/** Where a command of `npm run manage` comes from: this very machine. */
export const commandSource = (command: string, now: Date): AuditSource => ({
  now,
  requestId: 'command',
  clientIp: null,
  userAgent: `manage ${command}`,
})

/** Longest user agent kept, in code points. */
const USER_AGENT_LENGTH = 512

/** A user agent as both databases take it: PostgreSQL refuses a NUL and half a character pair. */
export const storableUserAgent = (userAgent: string) => truncate(userAgent.replaceAll('\0', '').toWellFormed(), USER_AGENT_LENGTH)

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

/**
 * Writes down an event (ASVS 16.3).
 * @param tx the transaction of the change itself: neither is kept without the other
 */
export async function recordEvent<Name extends AuditEventName>(
  tx: Transaction,
  event: Name,
  { outcome = 'success', actorId, subjectId, sessionId = null, logEntryId = null, detail }: AuditEntry<Name>,
  { now, requestId, clientIp, userAgent }: AuditSource,
): Promise<void> {
  await tx.auditEvent.create({
    data: {
      at: now,
      event,
      outcome,
      actorId,
      subjectId,
      sessionId,
      ipAddress: clientIp,
      userAgent: storableUserAgent(userAgent),
      requestId,
      detail: JSON.stringify(detail),
      logEntryId,
    },
  })
}
