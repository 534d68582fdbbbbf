import * as z from 'zod/mini'
import { knownEmail } from '../../fields/credentials.ts'
import { text } from '../../fields/text.ts'

/** What login takes. */
export const loginSchema = z.object({
  email: knownEmail({ label: 'Email' }),
  password: text({ label: 'Password', secret: true }),
  /** A browser's "Keep me signed in": whatever the checkbox says when it is ticked. */
  remember: text({ label: 'Remember', optional: true, blank: true }),
})

/** The fields that the page checks before it is sent. */
export const loginFormSchema = z.omit(loginSchema, { remember: true })

export type LoginInput = Omit<z.infer<typeof loginSchema>, 'remember'> & { remember?: string }
