'use client'
import { useEffect } from 'react'

/** The key "/" goes to the search box, unless somebody is typing. */
export function SlashShortcut({ target }: { target: string }) {
  useEffect(() => {
    const go = (event: KeyboardEvent) => {
      const typing = (event.target as Element | null)?.closest('input:not([type="checkbox"]), select, textarea')
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      document.getElementById(target)?.focus()
    }
    window.addEventListener('keydown', go)
    return () => window.removeEventListener('keydown', go)
  }, [target])
  return null
}
