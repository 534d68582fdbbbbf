'use client'
import { useEffect, useRef } from 'react'
import { Checkbox } from './field.tsx'
import { tickOf, useHydrated } from './form-hooks.ts'

/**
 * "Keep me signed in" of a form beside the one that has the checkbox: it is taken from there when this form is sent. Without
 * JavaScript this form has a checkbox of its own.
 */
export function RememberChoice({ label, tickedIn }: { label: string; tickedIn: string }) {
  const hydrated = useHydrated()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const form = hydrated ? input.current?.form : null
    const take = () => {
      if (input.current) input.current.value = tickOf(tickedIn)
    }
    form?.addEventListener('submit', take)
    return () => form?.removeEventListener('submit', take)
  }, [hydrated, tickedIn])
  if (hydrated) return <input ref={input} type="hidden" name="remember" defaultValue="" />
  return (
    <noscript>
      <Checkbox id="remember-provider" name="remember" label={label} defaultChecked={false} />
    </noscript>
  )
}
