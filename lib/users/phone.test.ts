import { afterEach, describe, expect, it } from 'vitest'
import { settings } from '../settings.ts'
import { e164, formatPhone, phoneHint, phoneProblem, spellingsOf } from './phone.ts'

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

describe('a phone number that a person enters on a page', () => {
  it.each([
    ['+44 20 7946 0958', null],
    ['+44 (0)20 7946-0958', null],
    ['020 7946 0958', 'phone_country_code'],
    ['abc', 'phone_country_code'],
    ['12', 'phone_country_code'],
    ['+', 'phone_number'],
    ['+999 123456', 'phone_number'],
    ['+44 12', 'phone_number'],
  ])('%s: %s, where no country is set', (phone, problem) => {
    expect(phoneProblem(phone)).toBe(problem)
  })

  it('needs no country code in the country that is set, and the hint says so', () => {
    expect(phoneHint()).toBe('Include the country code, like +44 20 7946 0958.')
    settings().DEFAULT_PHONE_COUNTRY = 'GB'
    expect(['020 7946 0958', 'abc'].map(phoneProblem)).toEqual([null, 'phone_number'])
    expect(phoneHint()).toBe('Include the country code for numbers outside United Kingdom.')
  })

  it('is one number in all its usual spellings', () => {
    settings().DEFAULT_PHONE_COUNTRY = 'GB'
    for (const phone of ['020 7946 0958', '02079460958', '+44 20 7946 0958', '+442079460958', '(020) 7946-0958']) {
      expect(spellingsOf(phone)).toEqual(
        expect.arrayContaining([phone, '+442079460958', '+44 20 7946 0958', '020 7946 0958', '02079460958']),
      )
    }
    expect(spellingsOf('by pigeon')).toEqual(['by pigeon'])
  })
})
