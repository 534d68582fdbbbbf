import * as z from 'zod/mini'
import { knownEmail } from '../../fields/credentials.ts'
import { text } from '../../fields/text.ts'

/** What asking for an email takes. */
export const requestEmailLoginSchema = z.object({
  email: knownEmail({ label: 'Email' }),
  /** Where a browser's form leads in the end. */
  next: text({ label: 'Next', optional: true, blank: true, maxLength: 2048 }),
  /** Its "Keep me signed in", as at the login with a password. */
  remember: text({ label: 'Remember', optional: true, blank: true }),
})

/** The field that the page checks before it is sent. */
export const requestFormSchema = z.pick(requestEmailLoginSchema, { email: true })

/** What signing in takes: the ticket of asking, and the email's code with its address, or its link's token. */
export const confirmEmailLoginSchema = z.object({
  ticket: text({ label: 'Ticket', secret: true, maxLength: 255 }),
  email: knownEmail({ label: 'Email', optional: true }),
  code: text({ label: 'Code', secret: true, optional: true }),
  token: text({ label: 'Token', secret: true, optional: true }),
})

/** What the page asks for, once the email is on its way. */
export const emailedCodeSchema = z.object({ code: text({ label: 'Code', secret: true }) })

export type RequestEmailLoginInput = z.infer<typeof requestFormSchema> & Partial<z.infer<typeof requestEmailLoginSchema>>
export type ConfirmEmailLoginInput = Pick<z.infer<typeof confirmEmailLoginSchema>, 'ticket'> &
  Partial<z.infer<typeof confirmEmailLoginSchema>>
