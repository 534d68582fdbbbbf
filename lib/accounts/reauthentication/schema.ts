import * as z from 'zod/mini'
import { text } from '../../fields/text.ts'

const password = text({ label: 'Password', secret: true })
const code = text({ label: 'Code', secret: true })

/** What reauthentication takes: exactly one of the two. */
export const reauthenticationSchema = z.object({
  password: text({ label: 'Password', secret: true, optional: true }),
  code: text({ label: 'Code', secret: true, optional: true }),
})

export type ReauthenticationInput = Partial<z.infer<typeof reauthenticationSchema>>

/** What the page's forms ask for. */
export const passwordFormSchema = z.object({ password })
export const codeFormSchema = z.object({ code })
