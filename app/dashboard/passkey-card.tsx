'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { PasskeyForm } from '../_ui/passkey-form.tsx'
import { createPasskey, hasCapability, signalUnknownPasskey, supportsPasskeys } from '../_ui/passkeys.ts'

const ACTION = '/api/accounts/passkeys/'

interface Props {
  /** The cookie that says for a while that the owner wants none, as `document.cookie` takes it. */
  declined: string
  stepUp: string
}

/**
 * After a sign-in with the password: the user's password manager makes a passkey without asking, where it can (conditional
 * creation); elsewhere, and where it does not, a card offers one.
 */
export function PasskeyCard({ declined, stepUp }: Props) {
  const { refresh } = useRouter()
  const [shown, setShown] = useState(false)

  useEffect(() => {
    const leaving = new AbortController()
    void createSilently(leaving.signal).then((created) => {
      if (leaving.signal.aborted) return
      if (created) refresh()
      else setShown(supportsPasskeys())
    })
    return () => leaving.abort()
  }, [refresh])

  const decline = () => {
    // biome-ignore lint/suspicious/noDocumentCookie: a choice of this browser, which the server only reads
    document.cookie = declined
    setShown(false)
  }

  if (!shown) return null
  return (
    <section className="panel row spread" aria-labelledby="passkey-card-title">
      <div className="stack-tight">
        <h2 id="passkey-card-title">Use a passkey next time</h2>
        <p>Sign in with your fingerprint, face or screen lock instead of your password.</p>
      </div>
      <div className="row">
        <PasskeyForm action={ACTION} ceremony="create" submit={['Create a passkey', 'Creating…']} stepUp={stepUp} />
        <button type="button" className="button button-secondary" onClick={decline}>
          Not now
        </button>
      </div>
    </section>
  )
}

/** @returns whether there is a passkey now; it may take as long as the page is open */
async function createSilently(signal: AbortSignal): Promise<boolean> {
  if (!(await hasCapability('conditionalCreate'))) return false
  try {
    const answer = await createPasskey(ACTION, { mediation: 'conditional', signal })
    const body = JSON.stringify({ credential: JSON.parse(answer.credential), conditional: true })
    const headers = { Accept: 'application/json', 'Content-Type': 'application/json' }
    const { ok } = await fetch(ACTION, { method: 'POST', body, headers })
    // What this site does not keep must not stay in the password manager.
    if (!ok) signalUnknownPasskey(answer)
    return ok
  } catch {
    return false
  }
}
