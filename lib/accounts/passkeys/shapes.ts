/** What browsers are given to make and use passkeys with, as their own functions take it (WebAuthn §5.1.8, §5.1.9). */
import * as z from 'zod/mini'

const descriptors = z.array(z.object({ id: z.string(), type: z.literal('public-key'), transports: z.optional(z.array(z.string())) }))

/** With PublicKeyCredentialCreationOptionsJSON. */
export const creationOptionsShape = z.object({
  public_key: z.object({
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    challenge: z.string(),
    pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.int() })),
    timeout: z.int(),
    excludeCredentials: descriptors,
    authenticatorSelection: z.object({ residentKey: z.string(), requireResidentKey: z.boolean(), userVerification: z.string() }),
    attestation: z.string(),
  }),
})

/** With PublicKeyCredentialRequestOptionsJSON. */
export const requestOptionsShape = z.object({
  public_key: z.object({
    rpId: z.string(),
    challenge: z.string(),
    timeout: z.int(),
    allowCredentials: descriptors,
    userVerification: z.string(),
  }),
})
