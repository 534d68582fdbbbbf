'use client'
import { useEffect, useState } from 'react'
import { FormAccount } from './form-account.tsx'
import { useHydrated, useSubmitting } from './form-hooks.ts'
import { SubmitButton } from './submit-button.tsx'

/** How long to wait before another email is worth asking for, in seconds. */
const WAIT = 60

interface Props {
  /** The endpoint that sends it. */
  action: string
  /** What the form sends. */
  fields: Record<string, string>
  /** Milliseconds since 1970, by the server's clock. */
  sentAt: number
  now: number
}

/** One button, which appears when it makes sense; without JavaScript it is there at once. */
export function SendAgain({ action, fields, sentAt, now }: Props) {
  const hydrated = useHydrated()
  const [left, setLeft] = useState(() => Math.max(0, WAIT - Math.floor((now - sentAt) / 1000)))
  const { sending, onSubmit } = useSubmitting()

  useEffect(() => {
    if (left <= 0) return
    const timer = setTimeout(() => setLeft(left - 1), 1000)
    return () => clearTimeout(timer)
  }, [left])

  if (hydrated && left > 0) {
    return (
      <p className="hint">
        You can send it again in {left} {left === 1 ? 'second' : 'seconds'}.
      </p>
    )
  }
  return (
    <form method="post" action={action} onSubmit={onSubmit}>
      <FormAccount />
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <SubmitButton label="Send again" busyLabel="Sending…" busy={sending} look="button button-secondary" />
    </form>
  )
}
