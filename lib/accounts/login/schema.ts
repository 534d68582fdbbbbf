import * as z from 'zod/mini'
import { email } from '../../fields/email.ts'
import { text } from '../../fields/text.ts'

/** What login takes. */
export const loginSchema = z.object({
  email: email({ label: 'Email' }),
  password: text({ label: 'Password', secret: true }),
})

export type LoginInput = z.infer<typeof loginSchema>
