'use client'
import { useState } from 'react'
import { THEME_FIELD } from '#lib/fields/form-buttons'
import { THEMES, type Theme } from '#lib/fields/theme'
import { ThemeIcon } from './icons.tsx'

const NAMES: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' }

const ACTION = '/api/accounts/theme/'

interface Props {
  theme: Theme
  page: string
  /** The id of the page's form, which keeps what was typed when a theme is chosen without JavaScript; null where there is none. */
  form: string | null
}

/**
 * Chooses the theme. With JavaScript the page stays as it is, with whatever has been typed; without it the buttons belong to
 * the page's own form, which comes back with what it held (lib/fields/form-buttons.ts), or to a form of their own.
 */
export function ThemeForm({ theme, page, form }: Props) {
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
      <fieldset>
        <legend className="visually-hidden">Theme</legend>
        {THEMES.map((name) => (
          <button
            key={name}
            type="submit"
            {...(form === null ? { name: 'theme' } : { name: THEME_FIELD, form, formNoValidate: true })}
            value={name}
            onClick={(event) => {
              event.preventDefault()
              void choose(name)
            }}
            aria-pressed={name === chosen}
            title={NAMES[name]}
          >
            <ThemeIcon theme={name} />
            <span className="visually-hidden">{NAMES[name]}</span>
          </button>
        ))}
      </fieldset>
    </form>
  )
}
