import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AUDIT_EVENT_NAMES, eventLabel } from './events.ts'

describe('an event in words', () => {
  it.each([
    ['logged_in', { newDevice: false }, 'Signed in from Chrome on Windows'],
    ['logged_in', { newDevice: true }, 'Signed in from Chrome on Windows, a new device'],
    ['logged_in', { newDevice: true, by: 'email' }, 'Signed in by email from Chrome on Windows, a new device'],
    ['login_failed', { reason: 'wrong_credentials' }, 'Sign-in attempt with a wrong password'],
    ['password_changed', { by: 'owner', sessionsEnded: 1 }, 'Password changed'],
    ['profile_updated', { fields: ['phone', 'first_name'] }, 'Profile changed: phone number, first name'],
    ['email_changed', { from: 'a@b.example', to: 'c@d.example' }, 'Email address changed from a@b.example to c@d.example'],
    ['something_new', {}, 'something new'],
    ['constructor', {}, 'constructor'],
  ])('%s %j is “%s”', (event, detail, words) => {
    expect(eventLabel({ event, detail }, 'Chrome on Windows')).toBe(words)
  })

  it('is one also where its row says less than it should', () => {
    for (const event of ['logged_in', 'login_failed', 'profile_updated', 'password_changed'])
      expect(eventLabel({ event, detail: {} }, 'x')).not.toBe('')
  })
})

/** A call that records an event: a name, or the beginning of one, such as `group_${happened}`. */
const RECORDED = /(?:recordEvent\([^'`]{0,80}['`]|exportEndpoint\([^;]{0,200}?'(?=\w+_exported'))([a-z_]+)(\$\{)?/g

describe('every event', () => {
  it('has a label', () => {
    for (const event of AUDIT_EVENT_NAMES) expect(eventLabel({ event, detail: {} }, 'x'), event).toMatch(/^[A-Z]/)
  })

  it('is recorded by some code', () => {
    const lib = join(import.meta.dirname, '..')
    const sources = readdirSync(lib, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !/generated|testing|\.test\.ts$|^audit/.test(path))
      .map((path) => readFileSync(join(lib, path), 'utf8'))
    const recorded = sources.flatMap((text) => [...text.matchAll(RECORDED)].map(([, name = '', open]) => ({ name, open })))
    const isRecorded = (event: string) => recorded.some(({ name, open }) => (open ? event.startsWith(name) : event === name))
    expect(AUDIT_EVENT_NAMES.filter((event) => !isRecorded(event))).toEqual([])
  })
})
