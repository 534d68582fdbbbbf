import * as z from 'zod/mini'
import { newPasswordFields } from '../../fields/credentials.ts'
import { text } from '../../fields/text.ts'

/** What changing the password takes. */
export const changePasswordSchema = z.object({
  current_password: text({ label: 'Current password', secret: true }),
  ...newPasswordFields(),
})

/** Accounts without a usable password have no current one. */
export type ChangePasswordInput = Omit<z.infer<typeof changePasswordSchema>, 'current_password'> & { current_password?: string }
