'use client'
import { useState } from 'react'
import type { Theme } from '#lib/fields/theme'
import { ThemeButtons } from './theme-buttons.tsx'

const ACTION = '/api/accounts/theme/'

interface Props {
  theme: Theme
  page: string
}

/**
 * Chooses the theme. With JavaScript the page stays as it is, with whatever has been typed; without it the page is loaded again,
 * and one with a form in which something is typed has buttons of its own for that (form-theme.tsx).
 */
export function ThemeForm({ theme, page }: Props) {
  const [chosen, setChosen] = useState(theme)

  const choose = async (name: Theme) => {
    const body = new URLSearchParams({ theme: name, page })
    // Offline it is not remembered; this page has it all the same.
    await fetch(ACTION, { method: 'POST', body, headers: { Accept: 'text/html' }, redirect: 'manual' }).catch(() => null)
    document.documentElement.dataset.theme = name
    setChosen(name)
  }
  return (
    <form className="theme-form" method="post" action={ACTION}>
      <input type="hidden" name="page" value={page} />
      <ThemeButtons
        field="theme"
        chosen={chosen}
        button={(name) => ({
          onClick: (event) => {
            event.preventDefault()
            void choose(name)
          },
        })}
      />
    </form>
  )
}
