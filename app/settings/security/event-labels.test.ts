import { describe, expect, it } from 'vitest'
import { eventLabel } from './event-labels.ts'

describe('an event in words', () => {
  it.each([
    ['logged_in', { newDevice: false }, 'Signed in from Chrome on Windows'],
    ['logged_in', { newDevice: true }, 'Signed in from Chrome on Windows, a new device'],
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
