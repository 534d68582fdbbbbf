import type { FieldErrors } from '#lib/errors'

/** A page's title, before the name of the app (app/layout.tsx); a page that has errors to show says so first. */
export const pageTitle = (page: string, errors: FieldErrors): string => (Object.keys(errors).length > 0 ? `Error: ${page}` : page)
