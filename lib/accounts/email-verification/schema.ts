import * as z from 'zod/mini'
import { knownEmail } from '../../fields/credentials.ts'
import { type FieldsSchema, text } from '../../fields/text.ts'

/** What confirming takes: a link's token, or an address and its email's code; and the password where it must be asked for. */
export const verifyEmailSchema = z.object({
  token: text({ label: 'Token', secret: true, optional: true }),
  email: knownEmail({ label: 'Email', optional: true }),
  code: text({ label: 'Code', secret: true, optional: true }),
  password: text({ label: 'Password', secret: true, optional: true }),
})

export type VerifyEmailInput = Partial<z.infer<typeof verifyEmailSchema>>

/** What asking for another email takes. */
export const resendSchema = z.object({ email: knownEmail({ label: 'Email' }) })

export type ResendInput = z.infer<typeof resendSchema>

const password = text({ label: 'Password', secret: true })
const code = text({ label: 'Code', secret: true })

/** What the pages' forms ask for, with the password where the browser does not show whose it is. */
export const linkFormSchema = (asks: boolean): FieldsSchema => z.object({ ...(asks && { password }) })
export const codeFormSchema = (asks: boolean): FieldsSchema => z.object({ code, ...(asks && { password }) })
