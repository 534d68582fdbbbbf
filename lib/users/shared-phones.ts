/** Finds accounts of one phone number in different spellings. */
import { hasTable } from '../db/django-tables.ts'
import { e164 } from './phone.ts'

export interface SharedPhone {
  /** In E.164 form. */
  number: string
  /** Of its accounts, in ascending order. */
  ids: number[]
}

/** Numbers that differ in their last digits are different; the rest is compared in E.164 form. */
const COMPARED_DIGITS = 7
const SEPARATORS = [' ', '-', '(', ')', '.', '/', '\u00a0']

/** @param rows runs a SELECT @returns one entry per number, by number; none where there is no table of accounts */
export async function sharedPhones(
  rows: (sql: string) => Promise<Record<string, unknown>[]>,
  provider: 'sqlite' | 'postgresql',
): Promise<SharedPhone[]> {
  if (!(await hasTable(rows, provider, 'accounts_user'))) return []
  const digits = SEPARATORS.reduce((column, separator) => `replace(${column}, '${separator}', '')`, '"phone"')
  const ending = provider === 'sqlite' ? `substr(${digits}, -${COMPARED_DIGITS})` : `right(${digits}, ${COMPARED_DIGITS})`
  const candidates = await rows(`
    SELECT "id", "phone" FROM "accounts_user" WHERE ${ending} IN (
      SELECT ${ending} FROM "accounts_user" WHERE "phone" <> '' GROUP BY 1 HAVING count(*) > 1
    ) ORDER BY "id"`)
  const groups = new Map<string, number[]>()
  for (const { id, phone } of candidates) {
    const number = e164(String(phone))
    if (number !== null) groups.set(number, [...(groups.get(number) ?? []), Number(id)])
  }
  return [...groups].flatMap(([number, ids]) => (ids.length > 1 ? [{ number, ids }] : [])).sort((a, b) => (a.number < b.number ? -1 : 1))
}
