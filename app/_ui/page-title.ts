import type { FieldErrors } from '#lib/errors'
import { settings } from '#lib/settings'

/** A page's title, "{Page} – {App}"; one that has errors to show says so first. */
export function pageTitle(page: string, errors: FieldErrors = {}): string {
  return `${Object.keys(errors).length > 0 ? 'Error: ' : ''}${page} – ${settings().APP_NAME}`
}
