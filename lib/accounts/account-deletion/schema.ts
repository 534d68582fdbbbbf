import * as z from 'zod/mini'
import { text } from '../../fields/text.ts'

/** The word that a person types to say that they mean it. */
export const CONFIRMATION = 'DELETE'

/** What deleting an account takes: API clients the password alone, the form the word besides. */
export const deletionSchema = z.object({
  password: text({ label: 'Password', secret: true }),
  confirmation: text({ label: 'Confirmation', check: (value) => (value.toUpperCase() === CONFIRMATION ? [] : ['confirmation']) }),
})

export const deletionUndoSchema = z.object({ token: text({ label: 'Token', secret: true, maxLength: 128 }) })

/** Accounts without a usable password are not asked for it. */
export type DeletionInput = Pick<z.infer<typeof deletionSchema>, 'confirmation'> & { password?: string }
export type DeletionUndoInput = z.infer<typeof deletionUndoSchema>
