'use client'
import { useEffect } from 'react'
import { type AccountPasskeys, signalPasskeys } from './passkeys.ts'

/** Tells the user's password managers what they should know of the account, when the page is opened. */
export function SignalPasskeys({ passkeys }: { passkeys: AccountPasskeys }) {
  useEffect(() => signalPasskeys(passkeys), [passkeys])
  return null
}
