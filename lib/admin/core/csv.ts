/**
 * What a spreadsheet would read as a formula (ASVS 1.2.10): also in the full-width forms that some take for the same, and after
 * characters that are not seen.
 */
const FORMULA = /^[\p{Cf}\s]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/u

/** Also what separates cells where commas stand in numbers: behind it a formula would begin. */
const QUOTED = /[",;\t\r\n]/

function cell(value: unknown): string {
  const text = value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  const inert = FORMULA.test(text) ? `'${text}` : text
  return QUOTED.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

/** A line of a CSV (RFC 4180); a cell that a spreadsheet would compute begins with an apostrophe. */
export const csvLine = (values: readonly unknown[]): string => `${values.map(cell).join(',')}\r\n`
