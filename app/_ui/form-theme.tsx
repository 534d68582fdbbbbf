'use client'
import { createContext, type ReactNode, useContext } from 'react'
import { THEME_FIELD } from '#lib/fields/form-buttons'
import type { Theme } from '#lib/fields/theme'
import { ThemeButtons } from './theme-buttons.tsx'

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
  return <ThemeButtons field={THEME_FIELD} chosen={chosen} className="theme-buttons form-theme" button={() => ({ formNoValidate: true })} />
}
