import * as z from 'zod/mini'
import { EMAIL_LENGTH, email } from '../../fields/email.ts'
import { text } from '../../fields/text.ts'

/** What asking for another address takes. */
export const requestChangeSchema = z.object({
  email: email({ label: 'Email', maxLength: EMAIL_LENGTH }),
  password: text({ label: 'Password', secret: true }),
})

/** What the links' forms send. The token is never shown again, like a password. */
export const linkSchema = z.object({ token: text({ label: 'Token', secret: true }) })

export type RequestChangeInput = z.infer<typeof requestChangeSchema>
export type LinkInput = z.infer<typeof linkSchema>
