import type { ModelAdmin } from '#lib/admin/declaration'
import type { FieldErrors } from '#lib/errors'
import type { Problem } from '../../_ui/error-summary.tsx'
import { adminErrorText, capital } from '../_ui/admin-messages.ts'

const SEARCH = 'search'

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

function wordsFor({ listFilter }: Pick<ModelAdmin, 'listFilter'>, field: string, code: string): string {
  const [name, limit] = code.split(':')
  const tooLong = name === 'max_length' ? `use ${limit} characters or fewer` : null
  if (field === SEARCH) return `Search: ${tooLong ?? 'leave out characters that cannot be shown'}`
  const title = listFilter.find((filter) => filter.field === field)?.title
  if (title === undefined) return 'This list cannot be searched'
  return `${capital(title)}: ${tooLong ?? lower(adminErrorText(field, name === 'not_a_boolean' ? 'invalid_choice' : code))}`
}

/** What is wrong with a search (`search`) and with filters, in words by their fields. */
export const wrongWords = (admin: Pick<ModelAdmin, 'listFilter'>, wrong: FieldErrors): Partial<Record<string, string>> =>
  Object.fromEntries(Object.entries(wrong).map(([field, [code = '']]) => [field, wordsFor(admin, field, code)]))

/** The same for the summary above the list. */
export const wrongProblems = (words: Partial<Record<string, string>>): Problem[] =>
  Object.entries(words).map(([field, text = '']) => ({
    text,
    fieldId: field === SEARCH ? 'search' : field === 'non_field_errors' ? null : `filter-${field}`,
  }))
