/** The themes that pages have, and how a form chooses one on the way. */

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export const isTheme = (value: unknown): value is Theme => THEMES.some((theme) => theme === value)

/**
 * A button of this name chooses a theme in the middle of another form: nothing is done, and the form comes back with what was
 * typed. For pages without JavaScript, where a form of its own would empty the page's.
 */
export const THEME_FIELD = '_theme'
