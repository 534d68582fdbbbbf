/** Phone numbers as people write them, read with the numbering plans of the world. Nothing is refused here: what is no number of any plan stays the text that it is. */
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
