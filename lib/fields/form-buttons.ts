/** What forms of our pages send besides their input: the names of those fields, and the themes that a button may choose. */

/**
 * A button of this name chooses a theme in the middle of another form: nothing is done, and the form comes back with what was
 * typed. For pages without JavaScript, where a form of its own would empty the page's.
 */
export const THEME_FIELD = '_theme'

/**
 * A field of this name opens a form with what is sent to it. Values go this way and not in the address of its page, which
 * stays in the browser's history and in the logs of proxies.
 */
export const OPEN_FIELD = '_open'

/** With a field of this name the form's own script asks what is wrong: nothing is done, and the answer is the error codes by field. */
export const CHECK_FIELD = '_check'

/** Says in each form of our own pages which account's page sent it; empty without a session. */
export const ACCOUNT_FIELD = '_account'

/** The themes that pages have. */
export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export const isTheme = (value: unknown): value is Theme => THEMES.some((theme) => theme === value)

/** As people read them. */
export const THEME_NAMES: Record<Theme, string> = { system: 'System', light: 'Light', dark: 'Dark' }
