import * as z from 'zod/mini'
import { email, MAX_EMAIL_LENGTH, newPasswordFields } from '../../fields/credentials.ts'
import { text } from '../../fields/text.ts'

/** What sign-up takes, in the order in which errors are answered. */
export const signupSchema = z.object({
  name: text({ label: 'Name', maxLength: 255 }),
  email: email({ label: 'Email', maxLength: MAX_EMAIL_LENGTH }),
  phone: text({ label: 'Phone', maxLength: 20 }),
  ...newPasswordFields(),
})

export type SignupInput = z.infer<typeof signupSchema>
