'use client'
import { type ComponentProps, useCallback, useEffect, useRef, useState } from 'react'
import { Field } from '../../_ui/field.tsx'
import { type SuggestedAccount, suggestAccounts } from './suggest-accounts.ts'

/** How long a pause in typing before the server is asked, in milliseconds. */
const PAUSE = 200

/** A field that names an account by its email address; with JavaScript it suggests accounts while a user types. */
export function AccountInput(props: ComponentProps<typeof Field>) {
  const [accounts, setAccounts] = useState<SuggestedAccount[]>([])
  const asked = useRef<AbortController | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const list = `${props.id}-accounts`

  const stop = useCallback(() => {
    clearTimeout(timer.current)
    asked.current?.abort()
  }, [])
  useEffect(() => stop, [stop])

  const suggest = (words: string) => {
    stop()
    const mine = new AbortController()
    asked.current = mine
    timer.current = setTimeout(async () => {
      const found = await suggestAccounts(words, mine.signal)
      if (!mine.signal.aborted) setAccounts(found)
    }, PAUSE)
  }
  return (
    <>
      <Field {...props} list={list} onInput={({ currentTarget }) => suggest(currentTarget.value)} />
      <datalist id={list}>
        {accounts.map(({ id, email, name }) => (
          <option key={id} value={email}>
            {name}
          </option>
        ))}
      </datalist>
    </>
  )
}
