import { describe, expect, it } from 'vitest'
import { adminErrorText, adminStatus } from './admin-messages.ts'

describe('what the admin area says', () => {
  it.each(Object.getOwnPropertyNames(Object.prototype))('is text also for %s as a code, a field and an action', (name) => {
    expect(adminErrorText(name, 'blank')).toBe('Check your answers and try again')
    expect(adminErrorText(name, `${name}:x`)).toBe('Check your answers and try again')
    expect(adminStatus({ form: '/admin/users', status: name }, '/admin/users')).toBeNull()
    expect(adminStatus({ form: '/admin/users', status: 'action_done', values: { action: name, count: '2' } }, '/admin')?.text).toBe(
      '2 users were changed.',
    )
  })

  it('of errors is about someone else’s account, and never blames', () => {
    expect(adminErrorText('email', 'blank')).toBe('Enter an email address')
    expect(adminErrorText('email', 'unique:email')).toBe('Email address belongs to another account. Use a different one')
    expect(adminErrorText('username', 'unique_username')).toBe('Username belongs to another account. Use a different one')
    expect(adminErrorText('password2', 'password_mismatch')).toBe('The passwords don’t match. Enter the same password twice')
    expect(adminErrorText('password1', 'password_too_short:8')).toBe('Password must be 8 characters or more')
    expect(adminErrorText('password1', 'password_too_similar:email')).not.toMatch(/your/)
    expect(adminErrorText('groups', 'unknown_object:7')).not.toMatch(/invalid|please|7/i)
  })

  it('of a form’s success are Django’s words, and what can be done next', () => {
    const flash = (form: string) => ({ form, status: 'object_changed', values: { kind: 'user', object: 'ada@example.com' } })
    expect(adminStatus(flash('/admin/users?q=a'), '/admin/users')?.text).toBe('The user “ada@example.com” was changed successfully.')
    expect(adminStatus(flash('/admin/users/7?next=x'), '/admin/users/7')?.text).toMatch(/successfully\. You may edit it again below\.$/)
    expect(adminStatus(flash('/admin/users/add'), '/admin/users/add')?.text).toMatch(/successfully\. You may add another below\.$/)
  })

  it('of an object leads to it from elsewhere, by its number alone', () => {
    const values = { kind: 'group', object: 'The', id: '7' }
    const said = (id: string, here: string) =>
      adminStatus({ form: '/admin/groups', status: 'object_changed', values: { ...values, id } }, here)
    expect(said('7', '/admin/groups')).toEqual({
      text: 'The group “The” was changed successfully.',
      object: { name: 'The', href: '/admin/groups/7' },
    })
    expect(said('7', '/admin/groups/7')?.object).toBeNull()
    for (const id of ['', '../../login', '7/delete']) expect(said(id, '/admin/groups')?.object).toBeNull()
  })

  it('of an action counts what was done and what was left out', () => {
    const done = (count: string, refused: Record<string, string> = {}) =>
      adminStatus({ form: '/admin/users', status: 'action_done', values: { action: 'deactivate', count, ...refused } }, '/admin/users')
        ?.text
    expect(done('1')).toBe('1 user was deactivated.')
    expect(done('3412')).toBe('3,412 users were deactivated.')
    expect(done('0', { refused_own_account: 'me@example.com', refused_last_superuser: 'a@example.com and 2 more' })).toBe(
      '0 users were deactivated. Not me@example.com: it is your own account. Not a@example.com and 2 more: one active superuser must remain.',
    )
    expect(done('300', { left: '1700' })).toBe(
      '300 users were deactivated. There was no time for the other 1,700: run the action again for those.',
    )
    expect(done('1', { refused_constructor: 'x@example.com' })).toBe('1 user was deactivated. Not x@example.com: that was refused.')
  })

  it('is nothing for statuses of other pages', () => {
    expect(adminStatus(null, '/admin')).toBeNull()
    expect(adminStatus({ form: '/admin', status: 'signed_up' }, '/admin')).toBeNull()
    expect(adminStatus({ form: '/admin', status: 'constructor' }, '/admin')).toBeNull()
  })
})
