import * as z from 'zod/mini'
import { flag, ids } from '../../fields/choice.ts'
import { EMAIL_LENGTH, email } from '../../fields/email.ts'
import { text } from '../../fields/text.ts'

/** Django's UnicodeUsernameValidator: Python's \w is letters and numbers of every script, and the underscore. */
const USERNAME = /^[\p{L}\p{N}_.@+-]+$/u

const identity = {
  email: email({ label: 'Email address', maxLength: EMAIL_LENGTH }),
  name: text({ label: 'Name', maxLength: 255 }),
  phone: text({ label: 'Phone', maxLength: 20 }),
}

const twoPasswords = {
  password1: text({ label: 'Password', secret: true }),
  password2: text({ label: 'Password confirmation', secret: true }),
}

export const addUserSchema = z.object({ ...identity, ...twoPasswords })
export type AddUserInput = z.infer<typeof addUserSchema>

/** All may be left out; what is left out stays as it is. */
export const changeUserSchema = z.object({
  ...identity,
  first_name: text({ label: 'First name', maxLength: 150, blank: true }),
  last_name: text({ label: 'Last name', maxLength: 150, blank: true }),
  username: text({ label: 'Username', maxLength: 150, check: (value) => (USERNAME.test(value) ? [] : ['username']) }),
  is_active: flag({ label: 'Active' }),
  is_staff: flag({ label: 'Staff status' }),
  is_superuser: flag({ label: 'Superuser status' }),
  groups: ids({ label: 'Groups' }),
  user_permissions: ids({ label: 'User permissions' }),
  version: text({ label: 'Version', maxLength: 64 }),
})
export type ChangeUserInput = Partial<z.infer<typeof changeUserSchema>>

/** Without passwords none is to be used any more. */
export const setPasswordSchema = z.object({
  usable_password: flag({ label: 'Password-based authentication', optional: true }),
  password1: text({ label: 'Password', secret: true, optional: true, blank: true }),
  password2: text({ label: 'Password confirmation', secret: true, optional: true, blank: true }),
  reason: text({ label: 'Reason', maxLength: 200, optional: true, blank: true }),
})
export type SetPasswordInput = Partial<z.infer<typeof setPasswordSchema>>
