import * as z from 'zod/mini'
import { boolean } from '../../fields/choice.ts'
import { text } from '../../fields/text.ts'

/** What the browser's PublicKeyCredential is as JSON: API clients send the object, forms its text. */
const credential = text({
  label: 'Credential',
  secret: true,
  type: 'object',
  preprocess: (given) => (typeof given === 'object' && given !== null ? JSON.stringify(given) : given),
})

/** What adding a passkey takes. `conditional`: the browser made it without asking, right after a login with the password. */
export const addPasskeySchema = z.object({ credential, conditional: boolean({ label: 'Conditional', optional: true }) })

/** What using one takes. */
export const credentialSchema = z.object({ credential })

/** What a login with one takes. */
export const passkeyLoginSchema = z.object({
  credential,
  /** A browser's "Keep me signed in": whatever the checkbox says when it is ticked. */
  remember: text({ label: 'Remember', optional: true, blank: true }),
})

const ticket = text({ label: 'Ticket', secret: true })

/** What using one as a second factor takes, and what asking for it does. */
export const passkeyFactorSchema = z.object({ ticket, credential })
export const ticketSchema = z.object({ ticket })

export const MAX_NAME_LENGTH = 64

/** What renaming one takes. */
export const renamePasskeySchema = z.object({ name: text({ label: 'Name', maxLength: MAX_NAME_LENGTH }) })

export type CredentialInput = z.infer<typeof credentialSchema>
export type AddPasskeyInput = CredentialInput & { conditional?: boolean }
export type PasskeyLoginInput = CredentialInput & { remember?: string }
export type PasskeyFactorInput = z.infer<typeof passkeyFactorSchema>
