/** A new password, typed twice: the fields and rules that everything has in common that sets one. */
import { text } from './text.ts'

/** In the order in which errors are answered. */
export const newPasswordFields = () => ({
  password: text({ label: 'Password', secret: true }),
  confirm_password: text({ label: 'Confirm password', secret: true }),
})

/** Whether the two passwords are one, however the keyboard composes its letters; asked when every field is valid (Django REST framework's `validate`). */
export const passwordsMatch = (input: { password: string; confirm_password: string }) =>
  input.password.normalize('NFC') === input.confirm_password.normalize('NFC')
