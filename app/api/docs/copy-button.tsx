'use client'

import { useRef, useState } from 'react'
import { useHydrated } from '../../_ui/use-hydrated.ts'

/** Copies the code that stands beside it. There is no such button where it could not: without JavaScript, or over plain http. */
export function CopyButton({ what }: { what: string }) {
  const hydrated = useHydrated()
  const button = useRef<HTMLButtonElement>(null)
  const [answer, setAnswer] = useState('')
  if (!hydrated || !navigator.clipboard) return null
  const copy = async () => {
    const code = button.current?.closest('figure')?.querySelector('code')?.textContent ?? ''
    setAnswer('')
    await navigator.clipboard.writeText(code).then(
      () => setAnswer('Copied'),
      () => setAnswer('Your browser does not allow this. Select the code and copy it.'),
    )
  }
  return (
    <>
      <span role="status" className="copied">
        {answer}
      </span>
      <button type="button" className="copy" ref={button} onClick={copy}>
        Copy <span className="visually-hidden">{what}</span>
      </button>
    </>
  )
}
