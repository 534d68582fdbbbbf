import * as z from 'zod/mini'
import { email, MAX_EMAIL_LENGTH } from '../../fields/credentials.ts'
import { type FieldsSchema, text } from '../../fields/text.ts'

/** What asking for another address takes. */
export const requestChangeSchema = z.object({
  email: email({ label: 'Email', maxLength: MAX_EMAIL_LENGTH }),
  password: text({ label: 'Password', secret: true }),
})

/** What undoing takes. The token is never shown again, like a password. */
export const linkSchema = z.object({ token: text({ label: 'Token', secret: true }) })

/** Accounts without a usable password are not asked for it. */
export type RequestChangeInput = Pick<z.infer<typeof requestChangeSchema>, 'email'> & { password?: string }

/** What confirming takes: the password where no session shows whose account it is. */
export const confirmChangeSchema = z.object({
  token: text({ label: 'Token', secret: true }),
  password: text({ label: 'Password', secret: true, optional: true }),
})

const password = text({ label: 'Password', secret: true })

/** What the page's form asks for. */
export const confirmFormSchema = (asks: boolean): FieldsSchema => z.object({ ...(asks && { password }) })

export type ConfirmChangeInput = Pick<z.infer<typeof confirmChangeSchema>, 'token'> & Partial<z.infer<typeof confirmChangeSchema>>
export type LinkInput = z.infer<typeof linkSchema>
