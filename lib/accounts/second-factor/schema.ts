import * as z from 'zod/mini'
import { text } from '../../fields/text.ts'

/** A code of the authenticator app, or a recovery code where the app has been set up. */
export const codeSchema = z.object({ code: text({ label: 'Code', secret: true }) })

export type CodeInput = z.infer<typeof codeSchema>

/** The page's "I have saved these codes", which must be ticked. */
export const savedSchema = z.object({ saved: text({ label: 'Saved' }) })

/** What finishing a login takes: the ticket of its first step, and a code. */
export const finishLoginSchema = z.object({
  ticket: text({ label: 'Ticket', secret: true }),
  code: text({ label: 'Code', secret: true }),
  /** A browser's "Trust this device": whatever the checkbox says when it is ticked. */
  trust: text({ label: 'Trust', optional: true, blank: true }),
})

/** What adding an app at the login takes. */
export const ticketSchema = z.pick(finishLoginSchema, { ticket: true })

export type FinishLoginInput = Omit<z.infer<typeof finishLoginSchema>, 'trust'> & { trust?: string }
