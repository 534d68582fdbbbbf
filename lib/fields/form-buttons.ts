/** Names of what a form can send to do nothing but come back with what it held. */

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
