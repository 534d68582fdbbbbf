import { THEMES, type Theme } from '#lib/accounts/theme/schema'
import { ThemeIcon } from './icons.tsx'

const NAMES: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' }

/** Chooses the theme: three buttons of a form, which bring back the page they stand on. */
export function ThemeForm({ theme, page }: { theme: Theme; page: string }) {
  return (
    <form className="theme-form" method="post" action="/api/accounts/theme/">
      <input type="hidden" name="page" value={page} />
      <fieldset>
        <legend className="visually-hidden">Theme</legend>
        {THEMES.map((name) => (
          <button key={name} type="submit" name="theme" value={name} aria-pressed={name === theme} title={NAMES[name]}>
            <ThemeIcon theme={name} />
            <span className="visually-hidden">{NAMES[name]}</span>
          </button>
        ))}
      </fieldset>
    </form>
  )
}
