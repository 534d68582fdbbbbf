import { type SubmitEvent, useEffect, useState } from 'react'

/** For a form of one button: says that it is on its way, and sends it once. */
export function useSubmitting() {
  const [sending, setSending] = useState(false)
  useEffect(() => {
    // A page that Back brings out of the browser's memory has its form where it was sent: ready again.
    const ready = () => setSending(false)
    window.addEventListener('pageshow', ready)
    return () => window.removeEventListener('pageshow', ready)
  }, [])
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    if (sending) event.preventDefault()
    setSending(true)
  }
  return { sending, onSubmit }
}
