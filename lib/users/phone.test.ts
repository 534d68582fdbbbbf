import { afterEach, describe, expect, it } from 'vitest'
import { settings } from '../settings.ts'
import { e164, formatPhone } from './phone.ts'

afterEach(() => {
  delete settings().DEFAULT_PHONE_COUNTRY
})

describe('a phone number', () => {
  it.each([
    ['+44 20 7946 0958', '+442079460958', '+44 20 7946 0958'],
    ['+442079460958', '+442079460958', '+44 20 7946 0958'],
    ['+1 (212) 555-0100', '+12125550100', '+1 212 555 0100'],
    ['+49 30 123456', '+4930123456', '+49 30 123456'],
  ])('%s has the E.164 form %s and is shown as %s', (phone, form, shown) => {
    expect([e164(phone), formatPhone(phone)]).toEqual([form, shown])
  })

  it.each([
    '',
    '12',
    '020 7946 0958',
    'not a phone',
    '+',
    '+999 123456',
    'call +44 20 7946 0958',
    '٠١٢',
    '\ud83d',
    '+'.repeat(20),
    '1'.repeat(20),
  ])('%j is kept as it is, and has none', (phone) => {
    expect([e164(phone), formatPhone(phone)]).toEqual([null, phone])
  })

  it('without a country code is one of DEFAULT_PHONE_COUNTRY, where that is set', () => {
    settings().DEFAULT_PHONE_COUNTRY = 'GB'
    expect([e164('020 7946 0958'), formatPhone('020 7946 0958')]).toEqual(['+442079460958', '+44 20 7946 0958'])
    expect(e164('+33 1 23 45 67 89')).toBe('+33123456789')
    settings().DEFAULT_PHONE_COUNTRY = 'AQ'
    expect(formatPhone('020 7946 0958')).toBe('020 7946 0958')
  })

  it('never has an E.164 form longer than its column', () => {
    for (let length = 1; length <= 19; length++)
      for (const start of ['1', '44', '49', '7', '86']) {
        expect((e164(`+${start}${'2'.repeat(length)}`) ?? '').length).toBeLessThanOrEqual(16)
      }
  })
})
