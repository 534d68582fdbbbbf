import * as z from 'zod/mini'
import { text } from '../../fields/text.ts'

/** What Simple JWT's obtain view takes: the address is not checked for its form (a plain CharField). */
export const tokenObtainSchema = z.object({
  email: text({ label: 'Email' }),
  password: text({ label: 'Password', secret: true }),
})

export type TokenObtainInput = z.infer<typeof tokenObtainSchema>
