import { truncate } from '#lib/fields/text'

/** What a form's pickers were searched for, by their fields, as an address says it (lib/http/form-search.ts). */
export const searchParam = (query: Record<string, string | string[] | undefined>) => (field: string) => {
  const words = query[`find_${field}`]
  return typeof words === 'string' ? truncate(words, 200) : ''
}
