'use client'
import { type ComponentProps, useEffect, useState } from 'react'
import { Field } from '../../_ui/field.tsx'

/** How long a pause in typing before the server is asked, in milliseconds. */
const PAUSE = 200
const MAX_SUGGESTIONS = 10
/** Anything shorter fits too many accounts, in characters. */
const MIN_LENGTH = 2

interface SuggestedAccount {
  id: number
  email: string
  name: string
}

/** The accounts that words may mean, as far as the user may see them; none where the server refuses. @internal */
export async function suggestAccounts(words: string, signal: AbortSignal): Promise<SuggestedAccount[]> {
  const search = words.trim()
  if (search.length < MIN_LENGTH || /^\d+$/.test(search)) return []
  const query = new URLSearchParams({ search, page_size: String(MAX_SUGGESTIONS) })
  try {
    const response = await fetch(`/api/admin/users/?${query}`, { headers: { accept: 'application/json' }, signal })
    return response.ok ? ((await response.json()) as { results: SuggestedAccount[] }).results : []
  } catch {
    return []
  }
}

/** A field that names an account by its email address; with JavaScript it suggests accounts while a user types. */
export function AccountInput(props: ComponentProps<typeof Field>) {
  const [typed, setTyped] = useState('')
  const [accounts, setAccounts] = useState<SuggestedAccount[]>([])
  const list = `${props.id}-accounts`

  useEffect(() => {
    const controller = new AbortController()
    const timer = setTimeout(async () => {
      const found = await suggestAccounts(typed, controller.signal)
      if (!controller.signal.aborted) setAccounts(found)
    }, PAUSE)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [typed])
  return (
    <>
      <Field {...props} list={list} onInput={({ currentTarget }) => setTyped(currentTarget.value)} />
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
