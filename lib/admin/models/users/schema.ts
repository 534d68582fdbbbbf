import * as z from 'zod/mini'
import { inputsOf, textColumns } from '../../../fields/account.ts'
import { boolean, choice, idList } from '../../../fields/choice.ts'
import { text } from '../../../fields/text.ts'

const twoPasswords = {
  password1: text({ label: 'Password', secret: true, optional: true, blank: true }),
  password2: text({ label: 'Password confirmation', secret: true, optional: true, blank: true }),
}

/** How the owner of a new account first signs in: `invitation` mails a link to choose a password, `none` leaves it without any. */
export const SIGN_IN_WAYS = ['password', 'invitation', 'none'] as const

/** Passwords belong to `sign_in_by` `password`, which it is where nothing else is said. */
export const addUserSchema = z.object({
  ...inputsOf(['email', 'name', 'phone']),
  sign_in_by: choice(SIGN_IN_WAYS, { label: 'Sign in by', optional: true }),
  ...twoPasswords,
})
export type AddUserInput = Pick<z.infer<typeof addUserSchema>, 'email' | 'name' | 'phone'> & Partial<z.infer<typeof addUserSchema>>

/** All may be left out; what is left out stays as it is. */
export const changeUserSchema = z.object({
  ...inputsOf(textColumns),
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

/** Why an account's second factor is removed: its owner and the audit log are told. */
export const resetSecondFactorSchema = z.object({ reason: text({ label: 'Reason', maxLength: 200 }) })
export type ResetSecondFactorInput = z.infer<typeof resetSecondFactorSchema>
