/** Fields that are no free text: each yields what its text means. */
import { isKnownForm } from './credentials.ts'
import { type Field, type FieldOptions, field, JsonNumber } from './text.ts'

interface ChoiceOptions<Empty> extends Pick<FieldOptions, 'label' | 'optional'> {
  /** What it yields when it is empty; without it, it must not be. */
  empty?: Empty
}

const choiceField = <Value, Empty>(options: FieldOptions & ChoiceOptions<Empty>, convert: (text: string) => Value) =>
  field<Value, Empty>({ ...options, blank: options.empty !== undefined }, convert)

/** What Django REST framework's BooleanField takes, in lower case. */
const TRUE = ['true', 't', 'yes', 'y', 'on', '1']
const FALSE = ['false', 'f', 'no', 'n', 'off', '0']

/** The last of what a form names more than once: a checkbox after the hidden field that says what unticked means. */
const last = (value: unknown): unknown => (Array.isArray(value) ? value.at(-1) : value)

/** @param options `once`: a list of values is an error */
export const boolean = <Empty = never>({ once, ...options }: ChoiceOptions<Empty> & { once?: true }): Field<boolean | NoInfer<Empty>> =>
  choiceField(
    {
      ...options,
      type: 'boolean',
      preprocess: (given) => {
        const value = once ? given : last(given)
        return typeof value === 'boolean' ? String(value) : value
      },
      check: (value) => ([...TRUE, ...FALSE].includes(value.toLowerCase()) ? [] : ['not_a_boolean']),
    },
    (value) => TRUE.includes(value.toLowerCase()),
  )

/** The largest id that both databases take, and that of PostgreSQL's `integer`, which Django's groups and permissions have. */
export const MAX_ID = 2 ** 53 - 1
export const MAX_INTEGER = 2 ** 31 - 1

const isWholeNumber = (value: string, min: number, max: number) =>
  /^-?\d{1,16}$/.test(value) && Number(value) >= min && Number(value) <= max

/** A whole number. @param options `min` is 1 where it is left out */
export const number = <Empty = never>({
  min = 1,
  max,
  ...options
}: ChoiceOptions<Empty> & { min?: number; max: number }): Field<number | NoInfer<Empty>> =>
  choiceField({ ...options, type: 'integer', check: (value) => (isWholeNumber(value, min, max) ? [] : ['not_an_integer']) }, Number)

/**
 * The account that something is about: its id, or its email address as it was entered, which only forms may name
 * (lib/admin/core/account-fields.ts).
 */
export const account = <Empty = never>(options: ChoiceOptions<Empty>): Field<number | string | NoInfer<Empty>> =>
  choiceField(
    { ...options, type: 'integer', check: (value) => (isKnownForm(value) || isWholeNumber(value, 1, MAX_ID) ? [] : ['not_an_account']) },
    (value) => (isWholeNumber(value, 1, MAX_ID) ? Number(value) : value),
  )

/** One of some words. */
export const choice = <Choice extends string, Empty = never>(
  choices: readonly Choice[],
  options: ChoiceOptions<Empty>,
): Field<Choice | NoInfer<Empty>> => {
  const isChoice = (value: string): value is Choice => choices.some((one) => one === value)
  return choiceField(
    { ...options, choices, check: (value) => (isChoice(value) ? [] : [`invalid_choice:${value}`]) },
    (value) => value as Choice,
  )
}

const ISO_8601 = /^[12]\d{3}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/

/** A time, or a day, as it was entered: a day without a time is kept apart, since it may be meant to its end. */
export class DateTime {
  /** Of UTC where it names no zone, wherever the server is; a day's beginning. */
  readonly at: Date
  readonly isDay: boolean

  constructor(private readonly entered: string) {
    this.isDay = !entered.includes(':')
    this.at = new Date(this.isDay || /(Z|[+-]\d\d:\d\d)$/.test(entered) ? entered : `${entered}Z`)
  }

  toString(): string {
    return this.entered
  }
}

const isDay = (day: string) => !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day)
const isDateTime = (value: string) => ISO_8601.test(value) && isDay(value.slice(0, 10)) && !Number.isNaN(new DateTime(value).at.getTime())

/** A day, or a time of one, as ISO 8601 has it. */
export const datetime = <Empty = never>(options: ChoiceOptions<Empty>): Field<DateTime | NoInfer<Empty>> =>
  choiceField({ ...options, check: (value) => (isDateTime(value) ? [] : ['datetime']) }, (value) => new DateTime(value))

/** Most numbers of one field, as many as a body holds; a form that has a field for each has a thousand. */
const MAX_IDS = 5000

export const isId = (value: string) => /^\d{1,16}$/.test(value) && Number(value) <= MAX_ID

/** Anything else, JSON's objects above all, has no text form. */
const isScalar = (value: unknown) => typeof value === 'string' || typeof value === 'number' || value instanceof JsonNumber

/** One text of a list, or of a form's field that is there more than once. */
function joined(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  if (!value.every(isScalar)) return false
  return value
    .map(String)
    .filter((part) => part !== '')
    .join(',')
}

/** The ids of a text that a form holds, which need not be valid. */
export const idsIn = (value: string): number[] => value.split(',').filter(isId).map(Number)

/** Ids, each once; from a list, or from a form's field that is there once for each and once empty. */
export const idList = ({ label, optional = false }: Pick<FieldOptions, 'label' | 'optional'>): Field<number[]> =>
  choiceField(
    {
      label,
      optional,
      empty: [],
      type: 'integers',
      preprocess: joined,
      check: (value) => {
        const parts = value.split(',')
        if (parts.length > MAX_IDS) return [`max_items:${MAX_IDS}`]
        return parts.every(isId) ? [] : ['not_an_integer']
      },
    },
    (value) => [...new Set(value.split(',').map(Number))],
  )
