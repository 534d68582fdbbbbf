import * as z from 'zod/mini'
import { boolean, choice, idList } from '../../fields/choice.ts'
import { email, MAX_EMAIL_LENGTH } from '../../fields/email.ts'
import { text } from '../../fields/text.ts'

/** Django's UnicodeUsernameValidator: Python's \w is emails and numbers of every script, and the underscore. */
const USERNAME = /^[\p{L}\p{N}_.@+-]+$/u

const identity = {
  email: email({ label: 'Email address', maxLength: MAX_EMAIL_LENGTH }),
  name: text({ label: 'Name', maxLength: 255 }),
  phone: text({ label: 'Phone', maxLength: 20 }),
}

const twoPasswords = {
  password1: text({ label: 'Password', secret: true, optional: true, blank: true }),
  password2: text({ label: 'Password confirmation', secret: true, optional: true, blank: true }),
}

/** How the owner of a new account first signs in: `invitation` mails a link to choose a password, `none` leaves it without any. */
export const SIGN_IN_WAYS = ['password', 'invitation', 'none'] as const

/** Passwords belong to `sign_in_by` `password`, which it is where nothing else is said. */
export const addUserSchema = z.object({
  ...identity,
  sign_in_by: choice(SIGN_IN_WAYS, { label: 'Sign in by', optional: true }),
  ...twoPasswords,
})
export type AddUserInput = Pick<z.infer<typeof addUserSchema>, 'email' | 'name' | 'phone'> & Partial<z.infer<typeof addUserSchema>>

/** All may be left out; what is left out stays as it is. */
export const changeUserSchema = z.object({
  ...identity,
  first_name: text({ label: 'First name', maxLength: 150, blank: true }),
  last_name: text({ label: 'Last name', maxLength: 150, blank: true }),
  username: text({ label: 'Username', maxLength: 150, check: (value) => (USERNAME.test(value) ? [] : ['username']) }),
  is_active: boolean({ label: 'Active' }),
  is_staff: boolean({ label: 'Staff status' }),
  is_superuser: boolean({ label: 'Superuser status' }),
  groups: idList({ label: 'Groups' }),
  user_permissions: idList({ label: 'User permissions' }),
  version: text({ label: 'Version', maxLength: 64 }),
})
export type ChangeUserInput = Partial<z.infer<typeof changeUserSchema>>

/** Without passwords none is to be used any more. */
export const setPasswordSchema = z.object({
  usable_password: boolean({ label: 'Password-based authentication', optional: true }),
  ...twoPasswords,
  reason: text({ label: 'Reason', maxLength: 200, optional: true, blank: true }),
})
export type SetPasswordInput = Partial<z.infer<typeof setPasswordSchema>>
