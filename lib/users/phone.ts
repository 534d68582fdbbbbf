/** Phone numbers as people write them, read with the numbering plans of the world. The API takes any text, as the original; our own pages ask for a number. */
import { type CountryCode, type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { database, hasTable, type User } from '../db/client.ts'
import { settings } from '../settings.ts'

/** Longest number in E.164 form, in characters: a plus and fifteen digits (ITU-T E.164 §6.1). */
const E164_LENGTH = 16

/** A number without a country code is one of DEFAULT_PHONE_COUNTRY, where that is set. */
function parse(phone: string): PhoneNumber | null {
  const country = settings().DEFAULT_PHONE_COUNTRY as CountryCode | undefined
  const number = parsePhoneNumberFromString(phone, { extract: false, ...(country && { defaultCountry: country }) })
  return number?.isPossible() && number.number.length <= E164_LENGTH ? number : null
}

/** `+442079460958`; null for a text that is no phone number. */
export const e164 = (phone: string): string | null => parse(phone)?.number ?? null

/** `+44 20 7946 0958`; a text that is no phone number comes back as it is. */
export const formatPhone = (phone: string): string => parse(phone)?.formatInternational() ?? phone

/** What is wrong with a number that a person entered on a page: it needs its country code, or is no number of any plan. */
export function phoneProblem(phone: string): 'phone_country_code' | 'phone_number' | null {
  if (parse(phone) !== null) return null
  return settings().DEFAULT_PHONE_COUNTRY === undefined && !phone.trim().startsWith('+') ? 'phone_country_code' : 'phone_number'
}

/**
 * The usual spellings of a number, itself among them: two people may not have one number on pages that read it, although
 * the column tells only texts apart.
 */
export function spellingsOf(phone: string): string[] {
  const number = parse(phone)
  if (number === null) return [phone]
  const written = [number.number, number.formatInternational(), number.formatNational()]
  return [...new Set([phone, ...written, ...written.map((text) => text.replaceAll(/[\s()-]/g, ''))])]
}

/** How to enter a number, on every page that asks for one. */
export function phoneHint(): string {
  const country = settings().DEFAULT_PHONE_COUNTRY
  if (country === undefined) return 'Include the country code, like +44 20 7946 0958.'
  return `Include the country code for numbers outside ${new Intl.DisplayNames('en', { type: 'region' }).of(country)}.`
}

/**
 * Whether a phone number is another account's.
 * @param read as a number, in whatever spelling; otherwise as the text that it is (Django REST framework's UniqueValidator)
 * @param ownId the account that may have it
 */
export async function isPhoneTaken(phone: string, read: boolean, ownId = 0): Promise<boolean> {
  const among = read ? spellingsOf(phone) : [phone]
  return (await database().user.count({ where: { phone: { in: among }, id: { not: ownId } } })) > 0
}

/**
 * The error of a phone number that is entered for an account; null for none.
 * @param ownPage whether one of our own pages asks for it: there it must be a number, and another's in no spelling
 * @param own the account itself, where there is one: what it has it may keep, whatever that is
 */
export async function phoneFault(phone: string, ownPage: boolean, own: Pick<User, 'id' | 'phone'> | null = null) {
  if (phone === own?.phone) return null
  const problem = ownPage ? phoneProblem(phone) : null
  return problem ?? ((await isPhoneTaken(phone, ownPage, own?.id)) ? 'unique:phone' : null)
}

export interface SharedPhone {
  /** In E.164 form. */
  number: string
  /** Of its accounts, in ascending order. */
  ids: number[]
}

/** Numbers that differ in their last digits are different; the rest is compared in E.164 form. */
const COMPARED_DIGITS = 7
const SEPARATORS = [' ', '-', '(', ')', '.', '/', '\u00a0']

/** Accounts of one phone number in different spellings. @param rows runs a SELECT @returns one entry per number, by number; none where there is no table of accounts */
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
