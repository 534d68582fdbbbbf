/** SVG attributes of icons that are drawn with a pen. */
export const LINE = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.75, strokeLinecap: 'round', strokeLinejoin: 'round' } as const

/** The logo: an arch with a keyhole. */
export function Mark() {
  return (
    <svg className="icon" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
      <path fill="var(--accent)" d="M5 30V13a11 11 0 0 1 22 0v17Z" />
      <path fill="var(--background)" d="M16 10.5a3.6 3.6 0 0 1 1.9 6.66L19.2 24h-6.4l1.3-6.84A3.6 3.6 0 0 1 16 10.5Z" />
    </svg>
  )
}

export function ErrorIcon() {
  return (
    <svg className="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      <circle cx="10" cy="10" r="9" fill="currentColor" />
      <path fill="var(--background)" d="M9 4.8h2v6.4H9zM9 13h2v2H9z" />
    </svg>
  )
}

/** A tick in a disc. */
export function DoneIcon() {
  return (
    <svg className="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      <circle cx="10" cy="10" r="9" fill="currentColor" />
      <path {...LINE} stroke="var(--background)" strokeWidth="2.25" d="m5.8 10.4 2.8 2.8 5.6-5.9" />
    </svg>
  )
}

/** A dot in a disc: to be known, with nothing to do. */
export function NoteIcon() {
  return (
    <svg className="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      <circle cx="10" cy="10" r="9" fill="currentColor" />
      <path fill="var(--background)" d="M9 8.8h2v6.4H9zM9 5h2v2H9z" />
    </svg>
  )
}

export function EyeIcon({ crossed }: { crossed: boolean }) {
  return (
    <svg className="icon" {...LINE} viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
      <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z" />
      <circle cx="12" cy="12" r="3" />
      {crossed && <path d="m4 20 16-16" />}
    </svg>
  )
}

const THEME_PATHS = {
  system: 'M3 4.5h14v9H3zM7.5 17h5M10 13.5V17',
  light:
    'M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7ZM10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 14.6 16 16M4 16l1.4-1.4M14.6 5.4 16 4',
  dark: 'M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7Z',
}

export function ThemeIcon({ theme }: { theme: keyof typeof THEME_PATHS }) {
  return (
    <svg className="icon" {...LINE} viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      <path d={THEME_PATHS[theme]} />
    </svg>
  )
}
