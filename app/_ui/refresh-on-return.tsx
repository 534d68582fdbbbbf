'use client'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Asks the server again when the person comes back to the tab; what they typed stays. */
export function RefreshOnReturn() {
  const { refresh } = useRouter()
  useEffect(() => {
    const look = () => document.visibilityState === 'visible' && refresh()
    window.addEventListener('focus', look)
    document.addEventListener('visibilitychange', look)
    return () => {
      window.removeEventListener('focus', look)
      document.removeEventListener('visibilitychange', look)
    }
  }, [refresh])
  return null
}
