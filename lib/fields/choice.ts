/** Fields that are no free text, in the text form in which serve() hands fields on. */
import { isKnownForm } from './email.ts'
import { JsonNumber } from './json-number.ts'
import { type FieldOptions, type TextField, text } from './text.ts'

/** What Django REST framework's BooleanField takes, in lower case. */
const TRUE = ['true', 't', 'yes', 'y', 'on', '1']
const FALSE = ['false', 'f', 'no', 'n', 'off', '0']

/** Most numbers of one field, as many as a body holds; a form that has a field for each has a thousand. */
const MAX_IDS = 5000

const asText = (value: unknown) => (typeof value === 'boolean' ? String(value) : value)

/** The last of what a form names more than once: a checkbox after the hidden field that says what unticked means. */
const last = (value: unknown): unknown => asText(Array.isArray(value) ? value.at(-1) : value)

type ChoiceOptions = Omit<FieldOptions, 'type' | 'check' | 'convert' | 'gather' | 'choices' | 'secret'>

/** `true` or `false`. */
export const boolean = (options: ChoiceOptions): TextField =>
  text({
    ...options,
    type: 'boolean',
    preprocess: last,
    check: (value) => ([...TRUE, ...FALSE].includes(value.toLowerCase()) ? [] : ['not_a_boolean']),
    transform: (value) => String(TRUE.includes(value.toLowerCase())),
  })

export const isTrue = (value: string | undefined) => value === 'true'

const isWholeNumber = (value: string, most: number) => /^\d{1,16}$/.test(value) && Number(value) >= 1 && Number(value) <= most

/** A whole number from 1. @param most the largest one */
export const number = (most: number, options: ChoiceOptions): TextField =>
  text({
    ...options,
    type: 'integer',
    check: (value) => (isWholeNumber(value, most) ? [] : ['not_an_integer']),
    transform: (value) => String(Number(value)),
  })

/**
 * The account that something is about: its id, or its email address as it was entered, which counts in forms alone
 * (lib/admin/objects/account-fields.ts).
 */
export const account = (options: ChoiceOptions): TextField =>
  text({
    ...options,
    type: 'integer',
    check: (value) => (isKnownForm(value) || isWholeNumber(value, MAX_ID) ? [] : ['not_an_account']),
    transform: (value) => (isWholeNumber(value, MAX_ID) ? String(Number(value)) : value),
  })

/** One of some words. */
export const choice = (choices: readonly string[], options: ChoiceOptions): TextField =>
  text({ ...options, choices, check: (value) => (choices.includes(value) ? [] : [`invalid_choice:${value}`]) })

const MOMENT = /^[12]\d{3}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/

const isDay = (day: string) => !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day)
const isMoment = (value: string) => MOMENT.test(value) && isDay(value.slice(0, 10)) && !Number.isNaN(readDatetime(value).getTime())

/** A day, or a time of one, as ISO 8601 has it. */
export const datetime = (options: ChoiceOptions): TextField => text({ ...options, check: (value) => (isMoment(value) ? [] : ['datetime']) })

/** What moment() handed on; of UTC where it names no zone, wherever the server is. */
export const readDatetime = (value: string): Date =>
  new Date(/:\d\d(\.\d+)?$/.test(value) && !/[+-]\d\d:\d\d$/.test(value) ? `${value}Z` : value)

/** The largest id that both databases take, and that of PostgreSQL's `integer`, which Django's groups and permissions have. */
export const MAX_ID = 2 ** 53 - 1
export const MAX_INTEGER = 2 ** 31 - 1

const isId = (value: string) => /^\d{1,16}$/.test(value) && Number(value) <= MAX_ID

/** Anything else, JSON's objects above all, has no text form. */
const isScalar = (value: unknown) => typeof value === 'string' || typeof value === 'number' || value instanceof JsonNumber

/** One text of a list, or of a form's field that is there more than once. */
function gathered(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  if (!value.every(isScalar)) return false
  return value
    .map(String)
    .filter((part) => part !== '')
    .join(',')
}

/** Ids, each once, separated by commas; from a list, or from a form's field that is there once for each and once empty. */
export const idList = (options: ChoiceOptions): TextField =>
  text({
    ...options,
    blank: true,
    type: 'integers',
    preprocess: gathered,
    check: (value) => {
      const parts = value.split(',')
      if (parts.length > MAX_IDS) return [`max_items:${MAX_IDS}`]
      return parts.every(isId) ? [] : ['not_an_integer']
    },
    transform: (value) => [...new Set(value.split(',').map(Number))].join(','),
  })

/** What ids() handed on. */
export const readIdList = (value: string): number[] => (value === '' ? [] : value.split(',').map(Number))
