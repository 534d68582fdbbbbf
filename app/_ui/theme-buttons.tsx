import type { ButtonHTMLAttributes } from 'react'
import { THEME_NAMES, THEMES, type Theme } from '#lib/fields/theme'
import { ThemeIcon } from './icons.tsx'

interface Props {
  /** The form field that the chosen theme is sent as. */
  field: string
  chosen: Theme
  className?: string
  /** What else one theme's button has. */
  button: (name: Theme) => ButtonHTMLAttributes<HTMLButtonElement>
}

/** One button for each theme, the chosen one pressed. */
export const ThemeButtons = ({ field, chosen, className = 'theme-buttons', button }: Props) => (
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
