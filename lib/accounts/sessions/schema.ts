import * as z from 'zod/mini'
import { boolean } from '../../fields/choice.ts'

/** What ending all sessions takes: whether the one that asks ends, too. */
export const logoutAllSchema = z.object({
  current: boolean({ label: 'Current', optional: true, empty: false, once: true }),
})

export type LogoutAllInput = Partial<z.infer<typeof logoutAllSchema>>
