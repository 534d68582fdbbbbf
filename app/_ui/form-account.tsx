'use client'
import { createContext, type ReactNode, useContext } from 'react'
import { ACCOUNT_FIELD } from '#lib/fields/text'

const Account = createContext<number | null>(null)

/** Says whose page this is. @param id the account that is signed in; null for none */
export const AccountProvider = ({ id, children }: { id: number | null; children: ReactNode }) => (
  <Account.Provider value={id}>{children}</Account.Provider>
)

/**
 * Part of each form that changes something: whose page it was sent from. Where another account has signed in since, in
 * another tab, the server changes nothing (requireOwnForm in lib/http/request-state.ts).
 */
export function FormAccount() {
  return <input type="hidden" name={ACCOUNT_FIELD} value={useContext(Account) ?? ''} />
}
