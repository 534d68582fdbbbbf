/** Passkeys in the browser: its own functions alone (WebAuthn Level 3), each called only where it exists. */

/** Whether this browser can create and use passkeys. */
export const supportsPasskeys = (): boolean =>
  typeof PublicKeyCredential !== 'undefined' && 'parseRequestOptionsFromJSON' in PublicKeyCredential

/** Whether it can do more, by WebAuthn's names; false where it does not say. */
export async function hasCapability(name: 'conditionalCreate' | 'immediateGet'): Promise<boolean> {
  if (!supportsPasskeys() || !('getClientCapabilities' in PublicKeyCredential)) return false
  return (await PublicKeyCredential.getClientCapabilities())[name] === true
}

/** What a passkey, or a new one, answers to the server's options. */
export interface PasskeyAnswer {
  /** As the server takes it, in JSON. */
  credential: string
  credentialId: string
  rpId: string
}

/** Which passkey this tab has used last: the page that follows may have to say that the site does not know it. */
const USED_LAST = 'passkey'

interface Ceremony {
  mediation?: 'conditional'
  /** Only what is at hand at once, in a dialog of the browser's own; where there is none, it fails. */
  uiMode?: 'immediate'
  signal?: AbortSignal
}

/**
 * Asks for a passkey of this site.
 * @param path the endpoint that takes the answer; its options are below it
 * @throws OptionsRefused, and whatever the browser refuses it with
 */
export async function getPasskey(path: string, ceremony: Ceremony = {}): Promise<PasskeyAnswer> {
  const options = await fetchOptions<PublicKeyCredentialRequestOptionsJSON & { rpId: string }>(path, ceremony.signal)
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const answer = answerOf(await navigator.credentials.get({ ...ceremony, publicKey }), options.rpId)
  sessionStorage.setItem(USED_LAST, JSON.stringify(answer))
  return answer
}

/** Creates a passkey. @param path as in getPasskey() @throws as getPasskey() */
export async function createPasskey(path: string, ceremony: Ceremony = {}): Promise<PasskeyAnswer> {
  const options = await fetchOptions<PublicKeyCredentialCreationOptionsJSON & { rp: { id: string } }>(path, ceremony.signal)
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  return answerOf(await navigator.credentials.create({ ...ceremony, publicKey }), options.rp.id)
}

function answerOf(credential: Credential | null, rpId: string): PasskeyAnswer {
  if (credential === null) throw new DOMException('There is no passkey.', 'NotAllowedError')
  return { credential: JSON.stringify(credential), credentialId: credential.id, rpId }
}

/** The server gives no options. */
export class OptionsRefused extends Error {
  constructor(
    readonly status: number,
    readonly code: string | undefined,
    /** In seconds. */
    readonly retryAfter: string | null,
  ) {
    super(`status ${status}`)
  }
}

async function fetchOptions<Options>(path: string, signal?: AbortSignal): Promise<Options> {
  const answer = await fetch(`${path}options/`, { method: 'POST', headers: { Accept: 'application/json' }, ...(signal && { signal }) })
  const { public_key, code } = (await answer.json()) as { public_key: Options; code?: string }
  if (!answer.ok) throw new OptionsRefused(answer.status, code, answer.headers.get('retry-after'))
  return public_key
}

/** How long one set of options is used, in milliseconds: the server takes the answer for five minutes. */
const OPTIONS_LIFETIME = 4 * 60_000

/** What fails sooner was refused by the browser and not by a person, in milliseconds. */
const AT_ONCE = 1000

/**
 * Offers passkeys among what the browser fills into a field with `autocomplete="webauthn"`, for as long as the page is seen.
 * @param use is given the answer of the one that is chosen
 * @returns what ends it
 */
export function offerPasskeys(path: string, use: (answer: PasskeyAnswer) => void): () => void {
  let over = false
  let round = new AbortController()
  const offer = async () => {
    if (!supportsPasskeys() || !(await PublicKeyCredential.isConditionalMediationAvailable())) return
    while (!over) {
      await untilVisible()
      if (over) return
      round = new AbortController()
      const { signal } = round
      const timer = setTimeout(() => round.abort(), OPTIONS_LIFETIME)
      const begun = Date.now()
      try {
        use(await getPasskey(path, { mediation: 'conditional', signal }))
        over = true
      } catch {
        // Turned down by a person, or with options that have become old, it is offered again.
        over ||= Date.now() - begun < AT_ONCE
      }
      clearTimeout(timer)
    }
  }
  void offer()
  return () => {
    over = true
    round.abort()
  }
}

const untilVisible = () =>
  new Promise<void>((resolve) => {
    if (document.visibilityState === 'visible') resolve()
    else document.addEventListener('visibilitychange', () => resolve(), { once: true })
  })

/** An account's passkeys, as its password managers should have them. */
export interface AccountPasskeys {
  rpId: string
  /** The user handle, in base64url. */
  userId: string
  name: string
  displayName: string
  credentialIds: string[]
}

/** Signals are for the password manager; where it takes none, nothing is lost. */
const ignore = () => {}

/** Tells the user's password managers which passkeys the account has, and how it is called (Signal API). */
export function signalPasskeys({ rpId, userId, name, displayName, credentialIds }: AccountPasskeys): void {
  if (!supportsPasskeys() || !('signalAllAcceptedCredentials' in PublicKeyCredential)) return
  PublicKeyCredential.signalAllAcceptedCredentials({ rpId, userId, allAcceptedCredentialIds: credentialIds }).catch(ignore)
  PublicKeyCredential.signalCurrentUserDetails({ rpId, userId, name, displayName }).catch(ignore)
}

/** Tells them that this site does not know a passkey: the given one, or the one that this tab has used last. */
export function signalUnknownPasskey(passkey?: PasskeyAnswer): void {
  const usedLast = sessionStorage.getItem(USED_LAST)
  if (!supportsPasskeys() || !('signalUnknownCredential' in PublicKeyCredential) || !(passkey || usedLast)) return
  const { rpId, credentialId }: PasskeyAnswer = passkey ?? JSON.parse(usedLast ?? '')
  PublicKeyCredential.signalUnknownCredential({ rpId, credentialId }).catch(ignore)
}
