import * as z from 'zod/mini'
import { text } from '../../fields/text.ts'

/** What reauthentication takes. */
export const reauthenticationSchema = z.object({
  password: text({ label: 'Password', secret: true }),
})

export type ReauthenticationInput = z.infer<typeof reauthenticationSchema>
