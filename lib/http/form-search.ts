/**
 * Searches inside a form, without JavaScript: a field `find_x` with a button `_find` beside it. Sent with it, the
 * form saves nothing: it comes back with what was typed and what was found.
 */

const FIND = 'find_'

/**
 * The words to search for, by the names of their fields; null where the form is to be saved. Enter presses the form's first
 * button, `_enter`, which searches where the words differ from those that were found last (`found_x`), and saves otherwise.
 */
export function formSearch(data: Record<string, unknown>): Record<string, string> | null {
  const words = Object.entries(data).filter((entry): entry is [string, string] => entry[0].startsWith(FIND) && typeof entry[1] === 'string')
  const isNew = ([name, value]: [string, string]) => value.trim() !== String(data[`found_${name.slice(FIND.length)}`] ?? '')
  const wanted = data._find !== undefined || (data._enter !== undefined && words.some(isNew))
  return wanted ? Object.fromEntries(words.map(([name, value]) => [name, value.trim()])) : null
}
