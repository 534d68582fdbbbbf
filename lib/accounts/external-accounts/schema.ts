import * as z from 'zod/mini'
import { email, MAX_EMAIL_LENGTH } from '../../fields/credentials.ts'
import { type FieldsSchema, text } from '../../fields/text.ts'

const next = text({ label: 'Next', optional: true, blank: true, maxLength: 2048 })

/** What beginning takes: where the browser is led afterwards, and whether it is to stay signed in when it is closed. */
export const beginSchema = z.object({ next, remember: text({ label: 'Remember', optional: true, blank: true }) })

/** What a provider brings back with the browser. Nothing of it is shown but a name, and that to the person who brings it. */
export const callbackSchema = z.object({
  code: text({ label: 'Code', secret: true, optional: true, maxLength: 4096 }),
  state: text({ label: 'State', secret: true, optional: true, maxLength: 255 }),
  iss: text({ label: 'Issuer', optional: true, maxLength: 255 }),
  error: text({ label: 'Error', optional: true, maxLength: 255 }),
  name: text({ label: 'Name', optional: true, maxLength: 255 }),
})

/** The same as Apple posts it: with a person's name in JSON. */
export const postedCallbackSchema = z.extend(z.omit(callbackSchema, { name: true }), {
  user: text({ label: 'User', secret: true, optional: true, maxLength: 4096 }),
})

/** What a native client shows: a code with what it was asked for with, or an ID token with its nonce. */
export const nativeLoginSchema = z.object({
  code: text({ label: 'Code', secret: true, optional: true, maxLength: 4096 }),
  code_verifier: text({ label: 'Code verifier', secret: true, optional: true, maxLength: 128 }),
  redirect_uri: text({ label: 'Redirect URI', optional: true, maxLength: 2048 }),
  iss: text({ label: 'Issuer', optional: true, maxLength: 255 }),
  id_token: text({ label: 'ID token', secret: true, optional: true, maxLength: 16_384 }),
  nonce: text({ label: 'Nonce', secret: true, optional: true, maxLength: 255 }),
})

/** The same, and where a browser is led afterwards. */
export const confirmSchema = z.extend(nativeLoginSchema, { next })

export type PostedCallbackInput = Partial<z.infer<typeof postedCallbackSchema>>

export type NativeLoginInput = Partial<z.infer<typeof nativeLoginSchema>>

/** What completes a sign-up. The ticket is an API client's; an address is asked for where the provider gives none. */
export const completeSignUpSchema = z.object({
  ticket: text({ label: 'Ticket', secret: true, optional: true, maxLength: 255 }),
  name: text({ label: 'Name', maxLength: 255 }),
  email: email({ label: 'Email', maxLength: MAX_EMAIL_LENGTH, optional: true }),
  phone: text({ label: 'Phone', maxLength: 20 }),
})

/** What the page asks for. @param asksEmail whether the provider gives no address */
export const completeFormSchema = (asksEmail: boolean): FieldsSchema =>
  z.object({
    name: text({ label: 'Name', maxLength: 255 }),
    ...(asksEmail && { email: email({ label: 'Email', maxLength: MAX_EMAIL_LENGTH }) }),
    phone: text({ label: 'Phone', maxLength: 20 }),
  })

export type CompleteSignUpInput = Pick<z.infer<typeof completeSignUpSchema>, 'name' | 'phone'> &
  Partial<z.infer<typeof completeSignUpSchema>>
