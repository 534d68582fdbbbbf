/** A passkey provider in a browser, by the DevTools protocol (WebAuthn domain): a password manager, a phone, or a security key. */
import type { CDPSession, Page } from '@playwright/test'

export interface Authenticator {
  /** Whether it answers what it is asked from now on at once, or lets it wait as for a person. */
  answers: (automatically: boolean) => Promise<void>
  /** Says from now on that it has not verified its user, as a security key without a PIN. */
  verifiesNoUser: () => Promise<void>
  /** The passkeys that it keeps. */
  passkeys: () => Promise<{ credentialId: string; userName?: string; userDisplayName?: string; signCount: number }[]>
  /** Forgets them, as a person who deletes them there. */
  clear: () => Promise<void>
  /** Takes it from the browser. */
  remove: () => Promise<void>
}

/** Adds one to the page's browser; it answers at once. */
export async function addAuthenticator(page: Page): Promise<Authenticator> {
  const cdp: CDPSession = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    answers: async (enabled) => void (await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })),
    verifiesNoUser: async () => void (await cdp.send('WebAuthn.setResponseOverrideBits', { authenticatorId, isBadUV: true })),
    passkeys: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    clear: async () => void (await cdp.send('WebAuthn.clearCredentials', { authenticatorId })),
    remove: async () => void (await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })),
  }
}
