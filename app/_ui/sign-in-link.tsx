'use client'
import { type MouseEvent, useEffect, useRef } from 'react'
import { getPasskey, hasCapability } from './passkeys.ts'

const ACTION = '/api/accounts/login/passkey/'
const PAGE = '/login'

/**
 * A link to the sign-in page. Where the browser can, it offers the passkeys that are at hand at once instead (immediate
 * mediation), and the page only where there is none or none is chosen.
 */
export function SignInLink({ offersPasskeys, className }: { offersPasskeys: boolean; className?: string }) {
  const form = useRef<HTMLFormElement>(null)
  const isImmediate = useRef(false)
  const asking = useRef(false)

  useEffect(() => {
    if (!offersPasskeys) return
    void hasCapability('immediateGet').then((capable) => {
      isImmediate.current = capable
    })
  }, [offersPasskeys])

  const onClick = async (event: MouseEvent<HTMLAnchorElement>) => {
    // With a key held down the link opens elsewhere.
    if (!isImmediate.current || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    if (asking.current) return
    asking.current = true
    try {
      const { credential } = await getPasskey(ACTION, { uiMode: 'immediate' })
      const field = form.current?.elements.namedItem('credential')
      if (field instanceof HTMLInputElement) field.value = credential
      form.current?.submit()
    } catch {
      location.assign(PAGE)
    }
    asking.current = false
  }

  return (
    <>
      <a className={className} href={PAGE} onClick={onClick}>
        Sign in
      </a>
      <form ref={form} method="post" action={ACTION} hidden>
        <input type="hidden" name="credential" />
      </form>
    </>
  )
}
