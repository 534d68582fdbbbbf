'use client'
import { useEffect } from 'react'

/** Asks the server again when Back brings a private page out of the browser's memory: the session may be over. */
export function ReloadOnBfcacheRestore() {
  useEffect(() => {
    const reload = (event: PageTransitionEvent) => {
      if (event.persisted) window.location.reload()
    }
    window.addEventListener('pageshow', reload)
    return () => window.removeEventListener('pageshow', reload)
  }, [])
  return null
}
