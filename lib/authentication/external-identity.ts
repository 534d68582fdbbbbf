/** What logins at identity providers are about, and how they fail. */
import { strip, truncate } from '../fields/text.ts'
import type { IdentityProvider, ProviderClient } from '../settings-resources.ts'

/** A provider whose settings are complete. */
export interface ReadyProvider extends IdentityProvider {
  client: ProviderClient
}

/** Who signed in at a provider. Issuer and subject together identify; the email address never does (OI-3). */
export interface ExternalIdentity {
  issuer: string
  subject: string
  /** In canonical form; null where the provider gives none that an account may have. */
  email: string | null
  /** Whether the provider says that it has verified the address. */
  emailVerified: boolean
  name: string | null
}

const MAX_NAME_LENGTH = 255

/** A name as a provider has it, on one line; null where it says none. */
export function toName(name: unknown): string | null {
  const shown = typeof name === 'string' ? strip(name.replaceAll(/\p{C}/gu, ' ')) : ''
  return shown === '' ? null : truncate(shown, MAX_NAME_LENGTH)
}

/**
 * A login that did not succeed. `denied`: the provider or its user said no. `unavailable`: it could not be asked. `invalid`: what it
 * said was not verified. `code` is for the log; the provider's own texts are never shown.
 */
export class ProviderFailure extends Error {
  constructor(
    readonly reason: 'denied' | 'unavailable' | 'invalid',
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(`The login at the identity provider failed: ${code}`, options)
    this.name = 'ProviderFailure'
  }
}
