/** What a spreadsheet would read as a formula (ASVS 1.2.10). */
const FORMULA = /^[=+\-@\t\r]/

function cell(value: unknown): string {
  const text = value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  const inert = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

/** A line of a CSV (RFC 4180); a cell that a spreadsheet would compute begins with an apostrophe. */
export const csvLine = (values: readonly unknown[]): string => `${values.map(cell).join(',')}\r\n`
