/** Phone numbers as people write them, read with the numbering plans of the world. The API takes any text, as the original; our own pages ask for a number. */
import { type CountryCode, type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/min'
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
