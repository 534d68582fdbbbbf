import * as z from 'zod/mini'
import { EMAIL_LENGTH, email } from '../../fields/email.ts'
import { text } from '../../fields/text.ts'

/** What sign-up takes, in the order in which errors are answered. */
export const signupSchema = z.object({
  name: text({ label: 'Name', maxLength: 255 }),
  email: email({ label: 'Email', maxLength: EMAIL_LENGTH }),
  phone: text({ label: 'Phone', maxLength: 20 }),
  password: text({ label: 'Password', secret: true }),
  confirm_password: text({ label: 'Confirm password', secret: true }),
})

export type SignupInput = z.infer<typeof signupSchema>

/** Whether the two passwords are one; asked when every field is valid (Django REST framework's `validate`). */
export const passwordsMatch = (input: Pick<SignupInput, 'password' | 'confirm_password'>) => input.password === input.confirm_password
