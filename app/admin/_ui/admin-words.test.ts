import { describe, expect, it } from 'vitest'
import { adminErrorText, adminStatus } from './admin-words.ts'

describe('what the admin area says', () => {
  it('of errors is about somebody else’s account, and never blames', () => {
    expect(adminErrorText('email', 'blank')).toBe('Enter an email address')
    expect(adminErrorText('email', 'unique:email')).toBe('Email address belongs to another account. Use a different one')
    expect(adminErrorText('password2', 'password_mismatch')).toBe('The passwords do not match. Enter the same password twice')
    expect(adminErrorText('password1', 'password_too_short:8')).toBe('Password must be 8 characters or more')
    expect(adminErrorText('password1', 'password_too_similar:email')).not.toMatch(/your/)
    expect(adminErrorText('groups', 'unknown_object:7')).not.toMatch(/invalid|please|7/i)
  })

  it('of a form’s success are Django’s words, and what can be done next', () => {
    const flash = (form: string) => ({ form, status: 'user_changed', values: { object: 'ada@example.com' } })
    expect(adminStatus(flash('/admin/users?q=a'))).toBe('The user “ada@example.com” was changed successfully.')
    expect(adminStatus(flash('/admin/users/7?next=x'))).toMatch(/successfully\. You may edit it again below\.$/)
    expect(adminStatus(flash('/admin/users/add'))).toMatch(/successfully\. You may add another below\.$/)
  })

  it('of an action counts what was done and what was left out', () => {
    const done = (count: string, refused: Record<string, string> = {}) =>
      adminStatus({ form: '/admin/users', status: 'action_done', values: { action: 'deactivate', count, ...refused } })
    expect(done('1')).toBe('1 user was deactivated.')
    expect(done('3412')).toBe('3,412 users were deactivated.')
    expect(done('0', { refused_own_account: 'me@example.com', refused_last_superuser: 'a@example.com and 2 more' })).toBe(
      '0 users were deactivated. Not me@example.com: it is your own account. Not a@example.com and 2 more: one active superuser must remain.',
    )
    expect(done('1', { refused_constructor: 'x@example.com' })).toBe('1 user was deactivated. Not x@example.com: that was refused.')
  })

  it('is nothing for statuses of other pages', () => {
    expect(adminStatus(null)).toBeNull()
    expect(adminStatus({ form: '/admin', status: 'signed_up' })).toBeNull()
    expect(adminStatus({ form: '/admin', status: 'constructor' })).toBeNull()
  })
})
