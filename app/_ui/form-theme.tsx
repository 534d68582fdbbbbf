'use client'
import { createContext, type ReactNode, useContext } from 'react'
import { THEME_FIELD } from '#lib/fields/form-buttons'
import { THEME_NAMES, THEMES, type Theme } from '#lib/fields/theme'
import { ThemeIcon } from './icons.tsx'

const Chosen = createContext<Theme>('system')

/** Says which theme the page has. */
export const ThemeProvider = ({ theme, children }: { theme: Theme; children: ReactNode }) => (
  <Chosen.Provider value={theme}>{children}</Chosen.Provider>
)

/**
 * Part of each form in which something is typed. Without JavaScript the theme is chosen here instead of in the footer, whose
 * form would empty this one; this one comes back with what it held (lib/fields/form-buttons.ts).
 */
export function FormTheme() {
  const chosen = useContext(Chosen)
  return (
    <fieldset className="theme-buttons form-theme">
      <legend className="visually-hidden">Theme</legend>
      {THEMES.map((name) => (
        <button
          key={name}
          type="submit"
          name={THEME_FIELD}
          value={name}
          formNoValidate
          aria-pressed={name === chosen}
          title={THEME_NAMES[name]}
        >
          <ThemeIcon theme={name} />
          <span className="visually-hidden">{THEME_NAMES[name]}</span>
        </button>
      ))}
    </fieldset>
  )
}
