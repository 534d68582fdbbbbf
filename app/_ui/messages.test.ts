import { describe, expect, it } from 'vitest'
import { errorText, KNOWN_CODES, KNOWN_FIELDS, mismatchAtConfirmation, statusText } from './messages.ts'

const texts = KNOWN_FIELDS.flatMap((field) => KNOWN_CODES.map((code) => errorText(field, `${code}:8`)))

describe('the texts of the pages', () => {
  it('never blame, beg or speak like a machine', () => {
    for (const text of texts) expect(text).not.toMatch(/\b(invalid|please|oops|forbidden|valid|illegal|failed)\b|this field is required|!/i)
  })

  it('are sentences without a full stop, because they stand beside a field', () => {
    for (const text of texts) expect(text).toMatch(/^[A-Z].*[^.]$/)
  })

  it('instruct where nothing was entered', () => {
    expect(errorText('email', 'blank')).toBe('Enter your email address')
    expect(errorText('confirm_password', 'required')).toBe('Enter the password again')
  })

  it('describe what is right where something else was entered', () => {
    expect(errorText('name', 'max_length:255')).toBe('Name must be 255 characters or fewer')
    expect(errorText('password', 'password_too_short:8')).toBe('Password must be 8 characters or more')
    expect(errorText('password', 'password_too_similar:email')).toBe('Choose a password that’s less similar to your email address')
  })

  it('say of a breached password what to do', () => {
    expect(errorText('password', 'password_breached')).toBe('This password has appeared in a data breach. Choose a different one')
  })

  it('say the same of a wrong address and a wrong password', () => {
    expect(errorText('non_field_errors', 'invalid_credentials')).toBe('The email address or password is incorrect')
  })

  it('exist for unknown codes and fields', () => {
    expect(errorText('colour', 'unheard_of')).toBe('Check your answers and try again')
  })

  it.each(Object.getOwnPropertyNames(Object.prototype))('exist for %s as a code, a field and a parameter', (name) => {
    expect(errorText('email', name)).toBe('Enter your email address')
    expect(errorText(name, `${name}:x`)).toBe('Check your answers and try again')
    expect(errorText('password', `password_too_similar:${name}`)).toBe('Choose a password that’s less similar to your other details')
    expect(statusText(name)).toBeNull()
  })

  it('know only the statuses that are set', () => {
    expect(statusText('signed_out')).toBe('You’ve signed out.')
    expect(statusText('constructor')).toBeNull()
  })
})

describe('a mismatch of the two passwords', () => {
  it('moves to the second one, and other errors stay', () => {
    const errors = { email: ['email'], password: ['password_mismatch', 'password_too_common'] }
    expect(mismatchAtConfirmation(errors)).toEqual({
      email: ['email'],
      password: ['password_too_common'],
      confirm_password: ['password_mismatch'],
    })
  })
})
