'use client'
/** The choice of the theme: in the footer, and without JavaScript in each form in which something is typed. */
import { type ButtonHTMLAttributes, createContext, type ReactNode, useContext, useState } from 'react'
import { THEME_FIELD, THEME_NAMES, THEMES, type Theme } from '#lib/fields/text'
import { ThemeIcon } from './icons.tsx'

interface ButtonsProps {
  /** The form field that the chosen theme is sent as. */
  field: string
  chosen: Theme
  className?: string
  /** What else one theme's button has. */
  button: (name: Theme) => ButtonHTMLAttributes<HTMLButtonElement>
}

/** One button for each theme, the chosen one pressed. */
const ThemeButtons = ({ field, chosen, className = 'theme-buttons', button }: ButtonsProps) => (
  <fieldset className={className}>
    <legend className="visually-hidden">Theme</legend>
    {THEMES.map((name) => (
      <button key={name} type="submit" name={field} value={name} {...button(name)} aria-pressed={name === chosen} title={THEME_NAMES[name]}>
        <ThemeIcon theme={name} />
        <span className="visually-hidden">{THEME_NAMES[name]}</span>
      </button>
    ))}
  </fieldset>
)

const Chosen = createContext<Theme>('system')

/** Says which theme the page has. */
export const ThemeProvider = ({ theme, children }: { theme: Theme; children: ReactNode }) => (
  <Chosen.Provider value={theme}>{children}</Chosen.Provider>
)

/**
 * Part of each form in which something is typed. Without JavaScript the theme is chosen here instead of in the footer, whose
 * form would empty this one; this one comes back with what it held (lib/fields/text.ts).
 */
export function FormTheme() {
  const chosen = useContext(Chosen)
  return <ThemeButtons field={THEME_FIELD} chosen={chosen} className="theme-buttons form-theme" button={() => ({ formNoValidate: true })} />
}

const ACTION = '/api/accounts/theme/'

interface FormProps {
  theme: Theme
  page: string
}

/**
 * Chooses the theme. With JavaScript the page stays as it is, with whatever has been typed; without it the page is loaded again,
 * and one with a form in which something is typed has buttons of its own for that (FormTheme).
 */
export function ThemeForm({ theme, page }: FormProps) {
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
