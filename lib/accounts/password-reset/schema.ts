import * as z from 'zod/mini'
import { knownEmail, newPasswordFields } from '../../fields/credentials.ts'
import { text } from '../../fields/text.ts'

/** What asking for a reset takes. */
export const requestResetSchema = z.object({ email: knownEmail({ label: 'Email' }) })

/** What choosing the new password takes. The token is the mailed link's and never shown again, like a password. */
export const confirmResetSchema = z.object({ token: text({ label: 'Token', secret: true }), ...newPasswordFields() })

export type RequestResetInput = z.infer<typeof requestResetSchema>
export type ConfirmResetInput = z.infer<typeof confirmResetSchema>
