/**
 * Fields as Django REST framework takes them, as zod schemas whose issues are error codes: each reads a text, and yields what
 * the text means; and what forms of our pages send besides. Shared by the API and the browser, so it imports nothing of the server.
 */
import * as z from 'zod/mini'
import type { ErrorCode, FieldErrors } from '../errors.ts'
import type { DateTime } from './choice.ts'

export interface FieldOptions {
  /** As Django REST framework derives it from the field's name; shown by OPTIONS. */
  label: string
  /** In code points, as Python's len() counts. */
  maxLength?: number
  /** May be left out, and is then not among the values (`required=False`). */
  optional?: boolean
  /** May be empty (`allow_blank=True`). */
  blank?: boolean
  /** Never trimmed, and never sent back to a form. */
  secret?: boolean
  /** What an API client sends, for the API's description. */
  type?: 'string' | 'email' | 'boolean' | 'integer' | 'integers' | 'object'
  choices?: readonly string[]
  /** Makes one text of what came: of a list, where a form names a field more than once. */
  preprocess?: (value: unknown) => unknown
  /** Checks after the others; returns the codes of what is wrong. */
  check?: (value: string) => ErrorCode[]
}

/** A field by what it yields. */
export type Field<Value> = z.ZodMiniType<Value, unknown>

const optionsOf = new WeakMap<object, FieldOptions>()

/** The options a field was declared with. */
export const fieldOptions = (field: object): FieldOptions | undefined => optionsOf.get(field)

/** Characters for which Python's str.isspace() holds; JavaScript's trim() has others. */
const SPACE = new Set(
  '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
)
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

/**
 * The text without outer characters of a set. One pass from each end: a regular expression anchored at the end tries every run
 * of such characters inside the text again from each of its positions, which is quadratic.
 * @param outer characters of one UTF-16 unit each
 */
export function stripAny(text: string, outer: ReadonlySet<string>): string {
  let start = 0
  let end = text.length
  while (start < end && outer.has(text.charAt(start))) start++
  while (end > start && outer.has(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

/** Python's str.strip(). */
export const strip = (text: string): string => stripAny(text, SPACE)

/** The first code points of a text, never half of one. @param length in code points */
export function truncate(text: string, length: number): string {
  if (text.length <= length) return text
  let end = 0
  for (let count = 0; count < length && end < text.length; count++) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  return text.slice(0, end)
}

/** Length in code points, Python's len(). */
export const codePoints = (text: string) => [...text].length

/**
 * A field, required unless declared otherwise. Numbers are taken as text, booleans and objects are not (CharField).
 * @param options `empty` is what it yields where it may be empty and is
 * @param convert what a valid text means
 */
export function field<Value, Empty = never>(
  { empty, ...options }: FieldOptions & { empty?: Empty },
  convert: (text: string) => Value,
): Field<Value | Empty> {
  const schema = z.pipe(
    z.unknown(),
    z.transform((value: unknown, context): Value | Empty => {
      const outcome = readText(options.preprocess ? options.preprocess(value) : value, options)
      if (typeof outcome === 'string') return outcome === '' ? (empty as Empty) : convert(outcome)
      for (const code of outcome) context.issues.push({ code: 'custom', message: code, input: value })
      return z.NEVER
    }),
  )
  optionsOf.set(schema, options)
  return schema
}

/** A text field. @param convert the form in which a valid text is passed on */
export const text = (options: FieldOptions, convert: (text: string) => string = (value) => value): Field<string> =>
  field({ ...options, empty: '' }, convert)

function readText(value: unknown, options: FieldOptions): string | ErrorCode[] {
  if (value === undefined) return ['required']
  if (value === null) return ['null']
  const raw = typeof value === 'number' || value instanceof JsonNumber ? String(value) : value
  // Django REST framework's EmailField reports any non-text value as an invalid email address.
  if (typeof raw !== 'string') return [options.type === 'email' ? 'email' : 'invalid']
  const trimmed = strip(raw)
  if (trimmed === '') return options.blank ? '' : ['blank']
  const taken = options.secret ? raw : trimmed
  const codes: ErrorCode[] = []
  if (options.maxLength !== undefined && codePoints(taken) > options.maxLength) codes.push(`max_length:${options.maxLength}`)
  if (taken.includes('\0')) codes.push('null_characters_not_allowed')
  const surrogate = LONE_SURROGATE.exec(taken)?.[0]
  if (surrogate) codes.push(`surrogate_characters_not_allowed:${surrogate.charCodeAt(0).toString(16).toUpperCase()}`)
  codes.push(...(options.check?.(taken) ?? []))
  return codes.length > 0 ? codes : taken
}

/**
 * A number from a JSON text, keeping the digits that JavaScript's own number would lose, so that a phone number sent as
 * a number is taken as the text the original makes of it: Python's `str()` of an int or a float.
 */
export class JsonNumber {
  private constructor(private readonly text: string) {}

  /** @param literal the number as written in the JSON text */
  static parse(literal: string): JsonNumber {
    if (/^-?\d+$/.test(literal)) return new JsonNumber(literal === '-0' ? '0' : literal)
    return new JsonNumber(pythonFloat(Number(literal), literal.startsWith('-')))
  }

  toString(): string {
    return this.text
  }
}

/** Python's repr of a float: the same shortest digits as JavaScript's, but an exponent from 1e16 up and below 1e-4. */
function pythonFloat(value: number, negative: boolean): string {
  if (value === 0) return negative ? '-0.0' : '0.0'
  if (!Number.isFinite(value)) return negative ? '-inf' : 'inf'
  const [digits, power] = value.toExponential().split('e') as [string, string]
  const exponent = Number(power)
  if (exponent >= 16 || exponent < -4) {
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  if (exponent < 0) return `${negative ? '-' : ''}0.${'0'.repeat(-exponent - 1)}${digits.replace(/[-.]/g, '')}`
  const plain = digits.replace(/[-.]/g, '').padEnd(exponent + 2, '0')
  return `${negative ? '-' : ''}${plain.slice(0, exponent + 1)}.${plain.slice(exponent + 1)}`
}

/** What a field may yield. `String()` makes of it the text that the field takes. */
export type FieldValue = string | boolean | number | number[] | DateTime | null

/** Values by the names of their fields; what was left out is not there. */
export type FieldValues = Partial<Record<string, FieldValue>>

/** Whichever fields it has: any of them may have been left out. */
export type FieldsSchema = z.ZodMiniObject<Record<string, Field<FieldValue | undefined>>>

/** A schema without one of its fields. */
export function withoutField(schema: FieldsSchema, name: string): FieldsSchema {
  const { [name]: _, ...others } = schema.shape
  return z.object(others)
}

/**
 * Runs a schema's fields one by one, as Django REST framework's serializers do: every field's errors are collected.
 * @param data the fields as they came; keys that the schema does not name are ignored and never passed on
 * @param partial whether any field may be left out (Django REST framework's `partial=True`)
 * @returns the values of the valid fields and the error codes of the others, in the schema's order
 */
export function validateFields<Schema extends FieldsSchema>(
  schema: Schema,
  data: Record<string, unknown>,
  partial = false,
): { values: Partial<z.infer<Schema>>; errors: FieldErrors } {
  const values: FieldValues = {}
  const errors: FieldErrors = {}
  for (const [name, field] of Object.entries(schema.shape)) {
    const given = Object.hasOwn(data, name) && data[name] !== undefined
    if (!given && (partial || fieldOptions(field)?.optional)) continue
    const outcome = field.safeParse(given ? data[name] : undefined)
    if (outcome.success) values[name] = outcome.data
    else errors[name] = outcome.error.issues.map((issue) => issue.message)
  }
  return { values: values as Partial<z.infer<Schema>>, errors }
}

/** As much of an unknown name as is said back, in code points. */
const NAME_LENGTH = 100

/**
 * The same for parameters, all of which may be left out; a name that the schema does not declare is an error.
 * @param given parameters as they came; of equal ones the last
 * @param own names that are no fields
 */
export function validateQuery<Schema extends FieldsSchema>(
  schema: Schema,
  given: Record<string, unknown>,
  own: readonly string[] = [],
): { values: Partial<z.infer<Schema>>; errors: FieldErrors } {
  const { values, errors } = validateFields(schema, given, true)
  const codes = unknownNames(schema, given, own)
  return { values, errors: codes.length > 0 ? { ...errors, non_field_errors: codes } : errors }
}

/** The codes of names that a schema does not declare. @param own names that are no fields */
export const unknownNames = (schema: FieldsSchema, given: Record<string, unknown>, own: readonly string[]): string[] =>
  Object.keys(given)
    .filter((name) => !Object.hasOwn(schema.shape, name) && !own.includes(name))
    .map((name) => `unknown_parameter:${truncate(name, NAME_LENGTH)}`)

/**
 * A button of this name chooses a theme in the middle of another form: nothing is done, and the form comes back with what was
 * typed. For pages without JavaScript, where a form of its own would empty the page's.
 */
export const THEME_FIELD = '_theme'

/**
 * A field of this name opens a form with what is sent to it. Values go this way and not in the address of its page, which
 * stays in the browser's history and in the logs of proxies.
 */
export const OPEN_FIELD = '_open'

/** With a field of this name the form's own script asks what is wrong: nothing is done, and the answer is the error codes by field. */
export const CHECK_FIELD = '_check'

/** Says in each form of our own pages which account's page sent it; empty without a session. */
export const ACCOUNT_FIELD = '_account'

/** The themes that pages have. */
export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export const isTheme = (value: unknown): value is Theme => THEMES.some((theme) => theme === value)

/** As people read them. */
export const THEME_NAMES: Record<Theme, string> = { system: 'System', light: 'Light', dark: 'Dark' }
