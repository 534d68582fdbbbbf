/**
 * What people sign in with. E-mail addresses: what is accepted, and the one form in which an address is stored and compared.
 * Passwords: the fields and rules that everything has in common that sets one.
 */
import type { FieldErrors } from '../errors.ts'
import { codePoints, type Field, type FieldOptions, stripAny, text } from './text.ts'

const LOCAL_PART = /^[-!#$%&'*+/=?^_`{}|~0-9A-Z]+(\.[-!#$%&'*+/=?^_`{}|~0-9A-Z]+)*$/i
/** What Django's EmailValidator takes besides: letters that fold to ASCII ones, and quoted strings. */
const DJANGO_LOCAL_PART = /^[-!#$%&'*+/=?^_`{}|~0-9A-Z\u0130\u0131]+(\.[-!#$%&'*+/=?^_`{}|~0-9A-Z\u0130\u0131]+)*$/iu
const QUOTED = /^"(?:[\x01-\x08\x0b\x0c\x0e-\x1f!#-[\]-\x7f]|\\[\x01-\x09\x0b\x0c\x0e-\x7f])*"$/
const DOMAIN = /^((?:[A-Z0-9](?:[A-Z0-9-]{0,61}[A-Z0-9])?\.)+)(?:[A-Z0-9-]{2,63}(?<!-))$/i
const IPV4_LITERAL = /^\[(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}\]$/
const ASCII = /^[\x00-\x7f]*$/

/** Longest local part, in octets (RFC 5321 §4.5.3.1.1), and longest address that Django's EmailField stores. */
const LOCAL_PART_LENGTH = 64
export const MAX_EMAIL_LENGTH = 254
/** Longest text in which Django's EmailValidator looks for an address, in code points. */
const LONGEST_CHECKED = 320

/** Blanks and invisible marks (zero-width and direction marks, byte order marks) that are copied along with an address. */
const AROUND = new Set(
  ' \t\n\v\f\r\x85\xa0\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u2060\u3000\ufeff',
)

/**
 * The canonical form of an address, null when it is not one: ASCII local part (Django's dot-atom rule, RFC 5321's
 * length), domain as Django's EmailValidator takes it and in its ASCII form (IDNA), all in lower case.
 * Two spellings of one mailbox have one canonical form; a look-alike letter never folds into another's address
 * (CVE-2019-19844), because emails outside ASCII are refused left of the @. Blanks and invisible marks around the
 * address are left out.
 */
export function canonicalEmail(address: string): string | null {
  const canonical = canonicalSpelling(address)
  return canonical !== null && canonical.length <= MAX_EMAIL_LENGTH ? canonical : null
}

/** The canonical form, however long. */
function canonicalSpelling(entered: string): string | null {
  const address = stripAny(entered, AROUND)
  // Before anything is computed over it: IDNA takes a second for 60 KB. A code point is two UTF-16 units at most.
  if (address.length > 2 * LONGEST_CHECKED) return null
  const at = address.lastIndexOf('@')
  const local = address.slice(0, Math.max(at, 0))
  const domain = asciiDomain(address.slice(at + 1))
  if (at < 1 || domain === null || local.length > LOCAL_PART_LENGTH || !LOCAL_PART.test(local) || !ASCII.test(local)) return null
  return `${local}@${domain}`.toLowerCase()
}

function asciiDomain(domain: string): string | null {
  if (ASCII.test(domain)) {
    const accepted = DOMAIN.test(domain) || domain.toLowerCase() === 'localhost' || isAddressLiteral(domain)
    return accepted ? domain : null
  }
  // The URL parser is the IDNA implementation that browsers and Node share; what it makes must still be a domain name.
  if (/[\s/?#@:\\%]/.test(domain) || !URL.canParse(`http://${domain}`)) return null
  const { hostname } = new URL(`http://${domain}`)
  return DOMAIN.test(hostname) ? hostname : null
}

const isAddressLiteral = (domain: string) =>
  IPV4_LITERAL.test(domain) || (/^\[[0-9a-f:.]+\]$/i.test(domain) && URL.canParse(`http://${domain}`))

/** A required e-mail field that yields the canonical form. */
export function email(options: Omit<FieldOptions, 'type' | 'check'>): Field<string> {
  // That an address is too long is the field's max_length to say; its form may be right all the same.
  const isAddress = (value: string) =>
    codePoints(value) > MAX_EMAIL_LENGTH && codePoints(value) <= LONGEST_CHECKED
      ? canonicalSpelling(value) !== null
      : canonicalEmail(value) !== null
  const check = (value: string) => (isAddress(value) ? [] : ['email'])
  return text({ ...options, type: 'email', check }, (value) => canonicalEmail(value) ?? value)
}

/** Whether Django's EmailValidator takes an address, which may then be an account's although a new one could not have it. */
function isDjangoEmail(address: string): boolean {
  if (address.length > 2 * LONGEST_CHECKED) return false
  const at = address.lastIndexOf('@')
  const local = address.slice(0, Math.max(at, 0))
  return (DJANGO_LOCAL_PART.test(local) || QUOTED.test(local)) && asciiDomain(address.slice(at + 1)) !== null
}

/** Whether an account may have an address: in any form that Django took. The form of new addresses is stricter. */
export const isKnownForm = (address: string): boolean => canonicalEmail(address) !== null || isDjangoEmail(address)

/** A required e-mail field by which an account is found (findUserByEmail), handed on as it was entered. */
export function knownEmail(options: Omit<FieldOptions, 'type' | 'check'>): Field<string> {
  return text({ ...options, type: 'email', check: (value) => (isKnownForm(value) ? [] : ['email']) })
}

/** A new password, typed twice. In the order in which errors are answered. */
export const newPasswordFields = () => ({
  password: text({ label: 'Password', secret: true }),
  confirm_password: text({ label: 'Confirm password', secret: true }),
})

/** Longest password that anything is computed over, in code points; no PASSWORD_MAX_LENGTH is greater. */
export const MAX_PASSWORD_LENGTH = 1024

/** NFC sorts combining marks, in time that is quadratic in a run of them. */
const composed = (password: string) => (codePoints(password) > MAX_PASSWORD_LENGTH ? password : password.normalize('NFC'))

/** Whether the two passwords are one, however the keyboard composes its letters; where one is missing, that is another fault. */
export const passwordsMatch = ({ password, confirm_password }: { password?: string; confirm_password?: string }) =>
  password === undefined || confirm_password === undefined || composed(password) === composed(confirm_password)

/** What is wrong with them together (Django REST framework's `validate`). */
export const comparePasswords = (input: Parameters<typeof passwordsMatch>[0]): FieldErrors =>
  passwordsMatch(input) ? {} : { password: ['password_mismatch'] }
