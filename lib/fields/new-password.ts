/** A new password, typed twice: the fields and rules that everything has in common that sets one. */
import type { FieldErrors } from '../errors.ts'
import { codePoints, text } from './text.ts'

/** In the order in which errors are answered. */
export const newPasswordFields = () => ({
  password: text({ label: 'Password', secret: true }),
  confirm_password: text({ label: 'Confirm password', secret: true }),
})

/** Longest password that anything is computed over, in code points; no PASSWORD_MAX_LENGTH is greater. */
export const MAX_PASSWORD_LENGTH = 1024

/** NFC sorts combining marks, in time that is quadratic in a run of them. */
const composed = (password: string) => (codePoints(password) > MAX_PASSWORD_LENGTH ? password : password.normalize('NFC'))

/** Whether the two passwords are one, however the keyboard composes its letters; where one is missing, that is another fault. */
export const passwordsMatch = ({ password, confirm_password }: { password?: string; confirm_password?: string }) =>
  password === undefined || confirm_password === undefined || composed(password) === composed(confirm_password)

/** What is wrong with them together (Django REST framework's `validate`). */
export const comparePasswords = (input: Parameters<typeof passwordsMatch>[0]): FieldErrors =>
  passwordsMatch(input) ? {} : { password: ['password_mismatch'] }
